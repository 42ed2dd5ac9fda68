import { newKey } from '../lib/key';
import { Value } from '../lib/value';
import { ACTIONS, type ActionId } from './action-table';
import { callBulk, type Choice, type Outcome, type Subject } from './bulk';
import { type Job, type Phase, PHASES } from './objects';
import type { Operations } from './operations';
import { problemText } from './query';
import type { Store } from './store';
import type { Toasts } from './toasts';

/** The one action that a card of the board offers as a button, by the phase of its job. */
export const ACTION_OF: Record<Phase, ActionId | null> = { building: null, queued: 'clear', active: 'kill', done: null };

const nameOf = ({ projectUid, jobUid }: { projectUid: string; jobUid: string }): string => `${projectUid} ${jobUid}`;

export const isDoneResult = ({ outcome }: { outcome: string }): boolean => outcome === 'APPLIED' || outcome === 'ACCEPTED';

/** "P1 J3" or "3 jobs": those that an action was not refused for. */
function subjectOf(outcome: Outcome): string {
  const done = outcome.results.filter(isDoneResult);
  const [first] = done;
  return done.length === 1 && first ? nameOf(first) : `${done.length} jobs`;
}

/** "P1 J3 killed" or "3 jobs killed"; "2 of 3 jobs killed" if not all came to it. */
export function doneText(action: ActionId, outcome: Outcome, applied?: number): string {
  const isAll = applied === undefined || applied === outcome.results.filter(isDoneResult).length;
  return `${isAll ? '' : `${applied} of `}${subjectOf(outcome)} ${ACTIONS[action].past}`;
}

/** "Restart of 3 jobs begun": of what goes on after the server's answer. */
export const begunText = (action: ActionId, outcome: Outcome): string => `${ACTIONS[action].label.replace('…', '')} of ${subjectOf(outcome)} begun`;

/** The refusals of an outcome: one sentence for each reason, with the jobs it concerns. */
export function refusalsOf(outcome: Outcome): string[] {
  const jobs = new Map<string, string[]>();
  for (const result of outcome.results) {
    const reason = result.errors[0]?.message;
    if (reason) jobs.set(reason, [...(jobs.get(reason) ?? []), nameOf(result)]);
  }
  return [...outcome.errors.map(({ message }) => message), ...[...jobs].map(([reason, names]) => `${names.join(', ')}: ${reason}`)];
}

/** Carries out actions and shows each intent at once; an intent holds until it is done, or is refused. */
export class Actions {
  /** What was asked of which job, by the job's id, and is not done yet. */
  readonly intents = new Value<ReadonlyMap<string, ActionId>>(new Map());
  readonly #store: Store;
  readonly operations: Operations;
  readonly toasts: Toasts;

  constructor(store: Store, operations: Operations, toasts: Toasts) {
    this.#store = store;
    this.operations = operations;
    this.toasts = toasts;
  }

  /** What the action would do; nothing is changed. */
  tryOut(action: ActionId, jobs: readonly Subject[], choice: Choice = {}): Promise<Outcome> {
    return callBulk(action, jobs, choice, { dryRun: true, idempotencyKey: newKey() });
  }

  /** Do it. Refusals become toasts; null if the server could not be asked. */
  async act(action: ActionId, jobs: readonly Subject[], choice: Choice = {}): Promise<Outcome | null> {
    const ids = jobs.map((job) => job.id);
    this.intend(ids, action);
    try {
      const outcome = await callBulk(action, jobs, choice, { dryRun: false, idempotencyKey: newKey() });
      refusalsOf(outcome).forEach((text) => this.toasts.bad(text));
      this.settle(ids, outcome);
      return outcome;
    } catch (error) {
      this.toasts.bad(problemText(error));
      this.intend(ids, null);
      return null;
    }
  }

  private settle(ids: readonly string[], outcome: Outcome): void {
    const accepted = outcome.results.filter((result) => result.outcome === 'ACCEPTED').flatMap((result) => result.job?.id ?? []);
    outcome.results.forEach(({ job }) => job && this.#store.put(job));
    this.intend(ids.filter((id) => !outcome.operation || !accepted.includes(id)), null);
    if (!outcome.operation) return;
    void this.operations.ended(outcome.operation.id).then(() => this.intend(accepted, null));
  }

  private intend(ids: readonly string[], action: ActionId | null): void {
    const next = new Map(this.intents.get());
    for (const id of ids) {
      if (action) next.set(id, action);
      else next.delete(id);
    }
    this.intents.set(next);
  }
}

/** The button's action as it reads on a card: a queued job is removed from the queue. */
export const buttonLabel = (job: Job): string => (PHASES[job.status] === 'queued' ? 'Remove from queue' : 'Kill');
