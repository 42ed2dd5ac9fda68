import type { Client } from 'graphql-ws';
import { CurrentJobsChangesDocument, type CurrentJobsChangesSubscription } from '../gql/graphql';
import type { Message } from './objects';

/** graphql-ws gives up on some close codes, and a server may end a stream: try again after this. */
const REOPEN_MS = 5_000;

export interface FeedOptions {
  /** Go on after this position; null asks for a snapshot first. */
  after: string | null;
  onMessage: (message: Message) => void;
  /** The stream ended or was refused; it is opened again by itself. */
  onEnd: () => void;
}

/** The cursor to resume from once this message was taken; null asks for a new snapshot. */
export function cursorAfter(cursor: string | null, message: Pick<Message, 'kind' | 'snapshotComplete' | 'cursor'>): string | null {
  if (message.kind === 'RESET') return null;
  return message.snapshotComplete ? message.cursor : cursor;
}

/** Follow the board's changes until the answered function is called, over any number of connections. */
export function openFeed(client: Client, { after, onMessage, onEnd }: FeedOptions): () => void {
  let cursor = after;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: () => void;
  const variables = {
    get after() {
      return cursor; // graphql-ws reads the variables anew at every reconnect
    },
  };
  const reopen = (): void => {
    onEnd();
    timer = setTimeout(open, REOPEN_MS);
  };
  const open = (): void => {
    stop = client.subscribe<CurrentJobsChangesSubscription>(
      { query: CurrentJobsChangesDocument.toString(), variables },
      {
        next: ({ data }) => {
          if (!data) return;
          onMessage(data.currentJobsChanges);
          cursor = cursorAfter(cursor, data.currentJobsChanges);
        },
        error: reopen,
        complete: reopen,
      },
    );
  };
  open();
  return () => {
    clearTimeout(timer);
    stop();
    clearTimeout(timer); // stopping completes the stream, which plans to open it again
  };
}
