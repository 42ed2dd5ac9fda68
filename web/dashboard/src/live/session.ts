import { CurrentJobsDocument } from '../gql/graphql';
import { addressOf, NotSignedIn, request, signIn } from '../lib/api';
import { setServerTime } from '../lib/clock';
import { Value } from '../lib/value';
import { type Board, openBoard } from './board';
import { hearVersion } from './build';
import { retryDelayMs } from './socket';

/** What the page as a whole shows. */
export type Session =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'open'; readonly board: Board };

export const session = new Value<Session>({ kind: 'starting' });

function leave(): void {
  const present = session.get();
  if (present.kind === 'open') present.board.close();
  session.set({ kind: 'signed-out' });
}

async function open(): Promise<Session> {
  const { viewer, instance, currentJobs } = await request(CurrentJobsDocument, {});
  if (!viewer) return { kind: 'signed-out' };
  if (!currentJobs) return { kind: 'unreachable', reason: 'The server cannot list the current jobs.' };
  if (instance) {
    setServerTime(instance.serverTime);
    hearVersion(instance);
  }
  return { kind: 'open', board: openBoard({ viewer, instance, page: currentJobs }, leave) };
}

function failure(error: unknown): Session {
  if (error instanceof NotSignedIn) return { kind: 'signed-out' };
  const isOffline = error instanceof TypeError;
  return { kind: 'unreachable', reason: isOffline ? 'The server cannot be reached.' : String((error as Error).message) };
}

/** Load the first screen, again and again until the server gives it or asks to sign in. */
export async function startSession(retries = 0): Promise<void> {
  const next = await open().catch(failure);
  session.set(next);
  if (next.kind !== 'unreachable') return;
  setTimeout(() => void startSession(retries + 1), retryDelayMs(retries, Math.random()));
}

/** Sign in and load the first screen. Rejects with RequestRefused if the token is not accepted. */
export async function signInWith(token: string): Promise<void> {
  await signIn(token);
  await startSession();
}

/** End the session of this browser; whatever it was, the page asks to sign in again. */
export async function signOut(): Promise<void> {
  await fetch(addressOf('sign-out'), { method: 'POST', credentials: 'same-origin' }).catch(() => undefined);
  leave();
}
