import { type ReactNode, useState } from 'react';
import { JobOfDocument } from '../gql/graphql';
import { address, closeOverlay } from '../lib/navigate';
import type { Overlay } from '../lib/place';
import { useAnyJob, useValue } from '../live/hooks';
import type { Job } from '../live/objects';
import { useAnswer } from '../live/query';
import { scopeOf } from '../live/selection';
import { Board } from '../places/board/board';
import { TargetSheet } from '../places/board/target-sheet';
import { JobSheet } from '../places/job/job-sheet';
import { Sidebar } from '../places/sidebar/sidebar';
import { Sheet } from '../ui/sheet';
import { FollowJob } from './follow-job';
import { usePageKeys } from './page-keys';

/** The place, the dialog that lies over it, and beside them the sidebar. */
export function Stage({ children }: { children: ReactNode }) {
  const present = useValue(address);
  const { overlay } = present;
  const [losses, setLosses] = useState(0);
  const named = useNamedJob(overlay, losses);
  usePageKeys();
  return (
    <div className="stage">
      <main className="place" inert={overlay !== null}>
        {children}
      </main>
      {overlay?.kind === 'jobs' && (
        <Sheet title="Current Jobs" subject="current" onClose={closeOverlay}>
          <Board view={overlay.view} />
        </Sheet>
      )}
      {overlay?.kind === 'target' && (
        <Sheet title={`Target ${overlay.name}`} subject={overlay.name} onClose={closeOverlay}>
          <TargetSheet name={overlay.name} />
        </Sheet>
      )}
      {overlay?.kind === 'job' && (
        <Sheet title={`Job ${overlay.project} ${overlay.job}`} subject={`${overlay.project}.${overlay.job}`} onClose={closeOverlay}>
          <FollowJob project={overlay.project} job={overlay.job} onLoss={() => setLosses((count) => count + 1)} />
          <JobSheet overlay={overlay} job={named.job} problem={named.problem} />
        </Sheet>
      )}
      <Sidebar scope={scopeOf(present)} opened={named.job} />
    </div>
  );
}

/** The job of the open job dialog, found by its name and then followed; looked for again when it was lost or is there again. */
function useNamedJob(overlay: Overlay | null, losses: number): { job: Job | null; problem: string | null } {
  const isJob = overlay?.kind === 'job';
  const ref = isJob ? { uid: { projectUid: overlay.project, jobUid: overlay.job } } : null;
  const { data, problem, isLoading } = useAnswer(JobOfDocument, ref && { job: ref }, losses);
  const live = useAnyJob(data?.job?.id ?? '');
  if (!isJob) return { job: null, problem: null };
  const missing = !isLoading && !data?.job ? `There is no job ${overlay.project} ${overlay.job}, or you may not see it.` : null;
  return { job: live ?? data?.job ?? null, problem: problem ?? missing };
}
