import { ACTIONS } from '../../live/action-table';
import type { Ask } from '../../live/asks';

export type ActionAsk = Extract<Ask, { kind: 'action' }>;

/** "Kill P1 J3?" or "Kill 3 jobs?". */
export function titleOf({ action, jobs }: ActionAsk): string {
  const [first] = jobs;
  return jobs.length === 1 && first ? `${ACTIONS[action].verb} ${first.projectUid} ${first.uid}?` : `${ACTIONS[action].verb} ${jobs.length} jobs?`;
}
