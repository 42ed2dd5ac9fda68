import { problemText } from './query';
import type { Toasts } from './toasts';

export interface Payload {
  errors: readonly { message: string }[];
  result?: { errors: readonly { message: string }[] } | null;
}

/** Await a mutation and tell of what went wrong; answers its payload, or null after a refusal. */
export async function told<P extends Payload>(toasts: Toasts, asked: Promise<P | null>): Promise<P | null> {
  try {
    const payload = await asked;
    const refusals = payload ? [...payload.errors, ...(payload.result?.errors ?? [])] : [{ message: 'The server could not do it.' }];
    refusals.forEach(({ message }) => toasts.bad(message));
    return refusals.length > 0 ? null : payload;
  } catch (error) {
    toasts.bad(problemText(error));
    return null;
  }
}
