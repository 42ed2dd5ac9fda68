import { bytesText } from '../../lib/bytes';
import { durationText } from '../../lib/duration';
import type { Details } from './job-panel';

const timeText = (time: string | null): string => (time ? new Date(time).toLocaleString() : '');

function needsText({ resourceSpec: { cpu, gpu, ram, ssd } }: Details): string {
  return [`${cpu} CPU`, gpu > 0 && `${gpu} GPU`, `${ram * 8} GiB`, ssd && 'SSD'].filter(Boolean).join(' · ');
}

function ranText(job: Details): string {
  const began = job.startedAt ?? job.launchedAt;
  const ended = job.completedAt ?? job.killedAt ?? job.failedAt;
  return began && ended && ended >= began ? durationText(Date.parse(ended) - Date.parse(began)) : '';
}

/** What is known of a job, as pairs of a name and a text; empty ones are left out. */
export function factsOf(job: Details): [string, string][] {
  const held = job.resourcesAllocated;
  const gpus = held?.slots.gpu ?? [];
  const facts: [string, string][] = [
    ['Created by', job.createdBy?.name ?? ''],
    ['Created', timeText(job.createdAt)],
    ['Lane', job.queuedToLane ?? ''],
    ['Machine', held?.hostname ?? job.queuedToHostname ?? ''],
    ['GPUs', gpus.length > 0 ? gpus.join(', ') : (job.queuedToGpu ?? []).join(', ')],
    ['Needs', needsText(job)],
    ['Priority', String(job.priority)],
    ['Ran for', ranText(job)],
    ['Ended by', job.exitReason?.replaceAll('_', ' ') ?? ''],
    ['Runs', job.runs > 1 ? String(job.runs) : ''],
    ['Cluster job', [job.clusterJobId, job.clusterJobStatus].filter(Boolean).join(' · ')],
    ['On disk', job.jobDirSize > 0 ? bytesText(job.jobDirSize) : ''],
    ['Intermediate', job.intermediateResultsSizeBytes > 0 ? bytesText(job.intermediateResultsSizeBytes) : ''],
    ['Directory', job.jobDir],
    ['Exported to', job.lastExportedLocation ?? ''],
    ['Final', job.isFinalResult ? 'Marked as final' : job.isAncestorOfFinalResult ? 'Leads to a final job' : ''],
  ];
  return facts.filter(([, value]) => value !== '');
}
