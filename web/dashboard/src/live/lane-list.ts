import { inStatusSince, type Job, PHASES } from './objects';

/** The jobs of one lane by id: active ones, oldest first, then the queue in the order it will run. */
export interface LaneList {
  readonly active: readonly string[];
  readonly queued: readonly string[];
}

export const EMPTY_LANE: LaneList = { active: [], queued: [] };

const uidNumber = (job: Job): number => Number(job.uid.slice(1));

const byTime = (a: Job, b: Job): number =>
  (inStatusSince(a) ?? '').localeCompare(inStatusSince(b) ?? '') || uidNumber(a) - uidNumber(b);

/** The scheduler's order: high priority first, then by time; held jobs keep their place but do not count. */
const byTurn = (a: Job, b: Job): number =>
  Number(a.onHold) - Number(b.onHold) || b.priority - a.priority || byTime(a, b);

const byLaunch = (a: Job, b: Job): number =>
  (a.launchedAt ?? '').localeCompare(b.launchedAt ?? '') || uidNumber(a) - uidNumber(b);

/** The lane's jobs in the order they are shown. */
export function listLane(jobs: readonly Job[]): LaneList {
  const inPhase = (phase: string): Job[] => jobs.filter((job) => PHASES[job.status] === phase);
  return {
    active: inPhase('active').toSorted(byLaunch).map((job) => job.id),
    queued: inPhase('queued').toSorted(byTurn).map((job) => job.id),
  };
}

/** Whether a change from one state to the other may move the job to another place of the board. */
export function mayMove(before: Job | undefined, after: Job): boolean {
  return (
    !before ||
    before.status !== after.status ||
    before.queuedToLane !== after.queuedToLane ||
    before.priority !== after.priority ||
    before.onHold !== after.onHold ||
    before.queuedAt !== after.queuedAt ||
    before.launchedAt !== after.launchedAt
  );
}

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);

/** Keep the identity of a list that reads the same. */
export function keepIds(before: readonly string[], after: readonly string[]): readonly string[] {
  return sameIds(before, after) ? before : after;
}

/** Keep the identity of a lane that reads the same. */
export function keepLane(before: LaneList, after: LaneList): LaneList {
  return sameIds(before.active, after.active) && sameIds(before.queued, after.queued) ? before : after;
}

/** The jobs of all lanes: active ones of every lane first, then those that queue. */
export const currentIds = (lists: readonly LaneList[]): string[] => [
  ...lists.flatMap((list) => list.active),
  ...lists.flatMap((list) => list.queued),
];
