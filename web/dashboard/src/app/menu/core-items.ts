import { coreOf, labelFor, labelForMany, refusalForMany } from '../../live/action-labels';
import { ACTIONS, type Action, type ActionId, extrasOf, MULTI } from '../../live/action-table';
import { type Availabilities, refusalOf } from '../../live/availability';
import type { Job } from '../../live/objects';
import type { MenuItem } from '../../ui/menu';

/** How a key reads on the screen. */
export const keyText = (key: string | undefined): string | undefined => (key === 'Delete' ? 'Del' : key?.toUpperCase());

const itemOf = (id: ActionId, label: string, refusal: string | undefined, run: (id: ActionId) => void): MenuItem => {
  const entry: Action = ACTIONS[id];
  return { id, label, refusal, hint: keyText(entry.key), danger: entry.danger, run: () => run(id) };
};

/** The core actions of one job. */
export function coreItems(job: Job, known: Availabilities | null, run: (id: ActionId) => void): MenuItem[] {
  return coreOf(job).map((id) => itemOf(id, labelFor(id, job), refusalOf(known, id), run));
}

/** What the state of the jobs allows beside the core actions. */
export const extraItems = (jobs: readonly Job[], known: Availabilities | null, run: (id: ActionId) => void): MenuItem[] =>
  extrasOf(jobs).map((id) => itemOf(id, jobs.length > 1 ? labelForMany(id, known) : ACTIONS[id].label, refusalOf(known, id), run));

export function multiItems(jobs: readonly Job[], known: Availabilities | null, run: (id: ActionId) => void): MenuItem[] {
  return MULTI.map((id) => itemOf(id, labelForMany(id, known), refusalForMany(id, jobs, known), run));
}
