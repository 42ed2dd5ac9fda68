import type { Job, Lane, Message } from './objects';
import type { JobRow } from './shelf';

/** A queued job of lane `gpu`, for tests; J1 unless told otherwise. */
export function sampleJob(given: Partial<Job> = {}): Job {
  const uid = given.uid ?? 'J1';
  return {
    id: `job-${uid}`,
    uid,
    projectUid: 'P1',
    workspaceUids: ['W1'],
    revision: 1,
    title: 'Ctf',
    type: 'ctf_estimation',
    typeTitle: 'CTF estimation',
    status: 'QUEUED',
    priority: 0,
    numTokens: 0,
    onHold: false,
    deleted: false,
    isFinalResult: false,
    queuedToLane: 'gpu',
    createdAt: '2026-01-01T10:00:00Z',
    queuedAt: '2026-01-01T11:00:00Z',
    launchedAt: null,
    startedAt: null,
    runningAt: null,
    waitingAt: null,
    completedAt: null,
    killedAt: null,
    failedAt: null,
    exitReason: null,
    createdBy: null,
    progress: null,
    waitingFor: null,
    ...given,
  };
}

/** The same job as a row of a list, for tests. */
export const sampleRow = (uid: string, given: Partial<JobRow> = {}): JobRow => ({
  ...sampleJob({ uid }),
  category: 'UTILITIES',
  updatedAt: '2026-01-01T10:00:00Z',
  jobDirSize: 0,
  starred: false,
  deleted: false,
  hasError: false,
  hasWarning: false,
  tags: [],
  activeOperation: null,
  parents: [],
  ...given,
});

/** A node lane, for tests. */
export function sampleLane(name: string): Lane {
  return { id: `lane-${name}`, revision: 1, name, type: 'NODE', title: name, desc: null, drained: false, isDefault: false };
}

/** A delta that changes nothing, for tests; give what it brings. */
export function sampleMessage(given: Partial<Message> = {}): Message {
  return {
    cursor: 'c1',
    kind: 'DELTA',
    snapshotComplete: true,
    resetReason: null,
    emittedAt: '2026-01-01T12:00:00Z',
    upsertedJobs: [],
    removedJobs: [],
    upsertedLanes: [],
    removedLanes: [],
    upsertedTargets: [],
    tokenUsage: null,
    instance: null,
    ...given,
  };
}
