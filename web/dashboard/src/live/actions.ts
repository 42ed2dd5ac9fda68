import { ClearJobDocument, type JobCardFragment, KillJobDocument } from '../gql/graphql';
import { request } from '../lib/api';
import { Value } from '../lib/value';
import { type Job, type Phase, PHASES } from './objects';
import type { Store } from './store';

/** What may be done to a job from the board. */
export type ActionName = 'kill' | 'remove';

/** The action that a job of each phase offers. */
export const ACTION_OF: Record<Phase, ActionName | null> = {
  building: null,
  queued: 'remove',
  active: 'kill',
  done: null,
};

/** A refusal, to be read by the user. */
export interface Notice {
  readonly id: number;
  readonly text: string;
}

interface Outcome {
  errors: { message: string }[];
  result: { errors: { message: string }[]; job: JobCardFragment | null } | null;
}

const MUTATIONS: Record<ActionName, (job: Job) => Promise<Outcome | null>> = {
  kill: async (job) => {
    const input = { target: { job: { id: job.id } } };
    return (await request(KillJobDocument, { input })).killJob;
  },
  // The expected status keeps the results of a job that has run in the meantime.
  remove: async (job) => {
    const target = { job: { id: job.id }, expectedStatuses: ['QUEUED' as const] };
    return (await request(ClearJobDocument, { input: { target } })).clearJob;
  },
};

const refusalOf = (outcome: Outcome | null): string | undefined =>
  outcome ? [...outcome.errors, ...(outcome.result?.errors ?? [])][0]?.message : 'The server could not do it.';

/**
 * Carries out actions and shows each intent at once. An intent holds until the job is in a phase where the
 * action means nothing any more, since a kill is a request that takes its time, or until it is refused.
 */
export class Actions {
  readonly intents = new Value<ReadonlyMap<string, ActionName>>(new Map());
  readonly notices = new Value<readonly Notice[]>([]);
  readonly #store: Store;
  #lastNotice = 0;

  constructor(store: Store) {
    this.#store = store;
    store.watch('counts', () => this.dropSettled());
    store.watch('moves', () => this.dropSettled());
  }

  async act(action: ActionName, job: Job): Promise<void> {
    this.setIntent(job.id, action);
    try {
      const outcome = await MUTATIONS[action](job);
      const refusal = refusalOf(outcome);
      if (refusal) this.refuse(job, refusal);
      if (outcome?.result?.job) this.#store.put(outcome.result.job);
    } catch (error) {
      this.refuse(job, error instanceof TypeError ? 'The server cannot be reached.' : String((error as Error).message));
    }
  }

  dismiss(notice: Notice): void {
    this.notices.set(this.notices.get().filter((held) => held !== notice));
  }

  private refuse(job: Job, reason: string): void {
    this.setIntent(job.id, null);
    this.#lastNotice += 1;
    const notice = { id: this.#lastNotice, text: `${job.projectUid} ${job.uid}: ${reason}` };
    this.notices.set([...this.notices.get(), notice]);
  }

  private setIntent(id: string, action: ActionName | null): void {
    const next = new Map(this.intents.get());
    if (action) next.set(id, action);
    else next.delete(id);
    this.intents.set(next);
  }

  private dropSettled(): void {
    const held = [...this.intents.get()];
    const open = held.filter(([id, action]) => {
      const job = this.#store.job(id);
      return job && ACTION_OF[PHASES[job.status]] === action;
    });
    if (open.length < held.length) this.intents.set(new Map(open));
  }
}
