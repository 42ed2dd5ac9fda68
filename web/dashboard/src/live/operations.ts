import { CancelOperationDocument, type OperationChangesSubscription } from '../gql/graphql';
import { request } from '../lib/api';
import { newKey } from '../lib/key';
import { Value } from '../lib/value';
import { Table } from './table';
import type { Toasts } from './toasts';

export type OperationMessage = OperationChangesSubscription['operationChanges'];
export type Operation = OperationMessage['upserted'][number];

const ENDED: Record<Operation['status'], boolean> = {
  PENDING: false,
  RUNNING: false,
  SUCCEEDED: true,
  PARTIALLY_SUCCEEDED: true,
  FAILED: true,
  CANCELLED: true,
};

/** "restart", "clear intermediate results". */
export const wordsOf = ({ action }: Operation): string => action.toLowerCase().replaceAll('_', ' ');

/** What to say of an operation that came to another end than was asked for; null if there is nothing. */
export function endText(operation: Operation): string | null {
  const { requested, failed, notAttempted } = operation.summary;
  const parts = [failed > 0 && `${failed} failed`, notAttempted > 0 && `${notAttempted} spared`].filter(Boolean);
  return parts.length > 0 ? `${wordsOf(operation)}: of ${requested} jobs ${parts.join(', ')}` : null;
}

export const hasEnded = (operation: Operation): boolean => ENDED[operation.status];

/** Say that a long action has begun and, once it has ended, in the place of that, for how many jobs it was done. */
export async function tellOf(tellers: Tellers, id: string, begun: string, done: (applied: number) => string): Promise<void> {
  const { summary } = await tellUntilEnd(tellers, id, begun);
  if (summary.applied > 0) tellers.toasts.good(done(summary.applied));
}

/** Say that a long action has begun until it has ended; answers it in its last state. */
export async function tellUntilEnd({ toasts, operations }: Tellers, id: string, begun: string): Promise<Operation> {
  const said = toasts.good(begun);
  const ended = await operations.ended(id);
  toasts.dismiss(said);
  return ended;
}

interface Tellers {
  readonly toasts: Toasts;
  readonly operations: Operations;
}

/** The long actions of this user: under way, and those that ended while the page was open. */
export class Operations {
  /** Under way, oldest first. */
  readonly open = new Value<readonly Operation[]>([]);
  readonly #rows = new Table<Operation>();
  readonly #waiting = new Map<string, (ended: Operation) => void>();
  readonly #onEnd: (operation: Operation) => void;

  constructor(onEnd: (operation: Operation) => void = () => undefined) {
    this.#onEnd = onEnd;
  }

  hear(message: OperationMessage): void {
    const news = message.upserted.filter((operation) => this.#rows.put(operation));
    if (news.length === 0) return;
    const before = new Set(this.open.get().map(({ id }) => id));
    this.open.set([...this.#rows.rows()].filter((operation) => !hasEnded(operation)));
    news.filter(hasEnded).forEach((operation) => this.settle(operation));
    news.filter((operation) => hasEnded(operation) && before.has(operation.id)).forEach(this.#onEnd);
  }

  /** The operation in its last state, once it has ended. */
  ended(id: string): Promise<Operation> {
    const held = this.#rows.get(id);
    if (held && hasEnded(held)) return Promise.resolve(held);
    return new Promise((done) => this.#waiting.set(id, done));
  }

  /** Ask the server to stop it; a refusal's sentence, or null. */
  async cancel(id: string): Promise<string | null> {
    const answer = await request(CancelOperationDocument, { input: { operationId: id, idempotencyKey: newKey() } });
    return answer.cancelOperation ? (answer.cancelOperation.errors[0]?.message ?? null) : 'The server could not do it.';
  }

  private settle(operation: Operation): void {
    this.#waiting.get(operation.id)?.(operation);
    this.#waiting.delete(operation.id);
  }
}
