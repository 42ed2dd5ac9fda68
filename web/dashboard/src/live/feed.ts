import type { Client } from 'graphql-ws';

/** graphql-ws gives up on some close codes, and a server may end a stream: try again after this. */
const REOPEN_MS = 5_000;

/** What every message of a stream carries. */
export interface StreamMessage {
  cursor: string;
  kind: 'SNAPSHOT' | 'DELTA' | 'HEARTBEAT' | 'RESET';
  snapshotComplete: boolean;
}

export interface FeedOptions<Message> {
  /** A subscription of one root field, with the variable `$after`. */
  document: { toString: () => string };
  variables?: Record<string, unknown>;
  /** Go on after this position; null asks for a snapshot first. */
  after?: string | null;
  onMessage: (message: Message) => void;
  /** A connection begins: a snapshot that was not complete comes again from its start. */
  onBegin?: () => void;
  /** The stream ended or was refused; it is opened again by itself. */
  onEnd?: () => void;
  /** Whether the server refuses to tell of what is named: it is not there, or not for this user, or not any more. */
  onRefused?: (isRefused: boolean) => void;
}

const CLOSED = new Set<unknown>(['NOT_FOUND', 'FORBIDDEN']);

/** Whether these are errors by which the server says that something is not there for this user. */
export const areRefusal = (errors: unknown): boolean =>
  Array.isArray(errors) && errors.some((error: { extensions?: { code?: unknown } }) => CLOSED.has(error.extensions?.code));

/** The cursor to resume from once this message was taken; null asks for a new snapshot. */
export function cursorAfter(cursor: string | null, message: StreamMessage): string | null {
  if (message.kind === 'RESET') return null;
  return message.snapshotComplete ? message.cursor : cursor;
}

/** Follow a stream until the answered function is called, over any number of connections. */
export function openFeed<Message extends StreamMessage>(client: Client, options: FeedOptions<Message>): () => void {
  let cursor = options.after ?? null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: () => void;
  const variables = {
    ...options.variables,
    get after() {
      return cursor; // graphql-ws reads the variables anew at every reconnect
    },
  };
  const reopen = (reason?: unknown): void => {
    if (areRefusal(reason)) options.onRefused?.(true);
    options.onEnd?.();
    timer = setTimeout(open, REOPEN_MS);
  };
  const begin = (): void => options.onBegin?.();
  const stopHearing = client.on('connected', begin);
  const open = (): void => {
    begin();
    stop = client.subscribe<Record<string, Message>>(
      { query: options.document.toString(), variables },
      {
        next: ({ data, errors }) => {
          const message = data && Object.values(data)[0];
          if (areRefusal(errors)) options.onRefused?.(true);
          if (!message) return;
          options.onRefused?.(false);
          options.onMessage(message);
          cursor = cursorAfter(cursor, message);
        },
        error: reopen,
        complete: reopen,
      },
    );
  };
  open();
  return () => {
    clearTimeout(timer);
    stopHearing();
    stop();
    clearTimeout(timer); // stopping completes the stream, which plans to open it again
  };
}
