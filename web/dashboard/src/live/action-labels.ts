import { ACTIONS, type ActionId, CORE, EXTRAS, extrasOf, MULTI } from './action-table';
import { type Availabilities, refusalOf } from './availability';
import type { Job } from './objects';

/** Everything that may be asked about for one job, so that the question stays the same. */
export const ONE_JOB: readonly ActionId[] = [...CORE, ...EXTRAS];
export const SEVERAL_JOBS: readonly ActionId[] = [...MULTI, ...EXTRAS];

/** The core actions that concern a job: unlinking is for linked jobs. */
export const coreOf = (job: Job): ActionId[] => CORE.filter((id) => id !== 'unlink' || job.workspaceUids.length > 1);

/** All actions that concern a job, the core ones first. */
export const actionsOf = (job: Job): ActionId[] => [...coreOf(job), ...extrasOf([job])];

/** All actions that concern a selection. */
export const actionsOfMany = (jobs: readonly Job[]): ActionId[] => [...MULTI, ...extrasOf(jobs)];

/** What an action is called for one job. */
export const labelFor = (id: ActionId, job: Job): string => (id === 'clear' && job.status === 'QUEUED' ? 'Remove from queue' : ACTIONS[id].label);

/** "Kill jobs… 2 of 3", or the label alone when it is open for all. */
export function labelForMany(id: ActionId, known: Availabilities | null): string {
  const of = known?.get(id);
  return !of || of.open === of.total || id === 'clone_chain' ? ACTIONS[id].many : `${ACTIONS[id].many} ${of.open} of ${of.total}`;
}

/** Why an action cannot be done to a selection; a chain has exactly two ends. */
export function refusalForMany(id: ActionId, jobs: readonly Job[], known: Availabilities | null): string | undefined {
  if (id === 'clone_chain') return jobs.length === 2 ? undefined : 'Select the two ends of a chain.';
  return refusalOf(known, id);
}
