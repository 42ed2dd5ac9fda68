import type { Client } from 'graphql-ws';
import type { JobRowFragment } from '../gql/graphql';
import { Batch, nextFrame, type Schedule } from '../lib/frames';
import { Value } from '../lib/value';
import { openFeed, type StreamMessage } from './feed';
import { Listeners } from './listeners';
import { Members } from './members';
import { letGo } from './selection';
import { Table } from './table';

export type JobRow = JobRowFragment;

/** A message of any stream of jobs, under one set of names. */
export interface RowMessage extends StreamMessage {
  upsertedJobs: JobRow[];
  removedJobs: { id: string; deleted: boolean }[];
}

const number = (uid: string): number => Number(uid.slice(1));

/** Oldest first: by project, then by number. */
export const byUid = (a: JobRow, b: JobRow): number =>
  number(a.projectUid) - number(b.projectUid) || number(a.uid) - number(b.uid);

/**
 * The jobs of one workspace or of one filter, kept up to date by their own stream.
 * Keys to watch: `job:ID`, `ids` (which jobs there are) and `any` (anything at all).
 */
export class Shelf {
  readonly #rows = new Table<JobRow>();
  readonly #members = new Members();
  readonly #listeners = new Listeners();
  readonly #batch: Batch<RowMessage>;
  #list: readonly JobRow[] = [];
  #ids: readonly string[] = [];
  #isComplete = false;

  constructor(schedule: Schedule = nextFrame) {
    this.#batch = new Batch((messages) => this.take(messages), schedule);
  }

  readonly watch = (key: string, listener: () => void): (() => void) => this.#listeners.add(key, listener);
  readonly job = (id: string): JobRow | undefined => this.#rows.get(id);
  /** The ids of all jobs, oldest first; tombstones of deleted jobs are among them. */
  readonly ids = (): readonly string[] => this.#ids;
  /** All jobs in their present state, oldest first. */
  readonly list = (): readonly JobRow[] => this.#list;
  /** Whether the first snapshot is here. */
  readonly isComplete = (): boolean => this.#isComplete;

  readonly hear = (message: RowMessage): void => this.#batch.add(message);

  /** A connection begins; what was heard before is taken first. */
  reconnected(): void {
    this.#batch.flush();
    this.#members.restart();
  }

  /** Fill it from a page of a query; jobs beyond it are let go when `replace`. */
  fill(rows: readonly JobRow[], replace: boolean): void {
    if (replace) {
      const kept = new Set(rows.map((row) => row.id));
      [...this.#rows.rows()].filter((row) => !kept.has(row.id)).forEach((row) => this.#rows.remove(row.id));
    }
    const touched = rows.filter((row) => this.#rows.put(row)).map((row) => row.id);
    this.#isComplete = true;
    this.publish(touched, true);
  }

  close(): void {
    this.#batch.drop();
  }

  private take(messages: readonly RowMessage[]): void {
    const touched = messages.flatMap((message) => this.takeOne(message));
    const becomesComplete = !this.#isComplete && messages.some((message) => message.snapshotComplete);
    this.#isComplete ||= becomesComplete;
    if (touched.length > 0 || becomesComplete) this.publish(touched, becomesComplete);
  }

  private takeOne(message: RowMessage): string[] {
    const { left, deleted } = this.#members.take({ ...message, upserted: message.upsertedJobs, removed: message.removedJobs });
    const gone = left.filter((id) => this.#rows.remove(id));
    const buried = deleted.filter((id) => this.bury(id));
    letGo(deleted);
    return [...buried, ...message.upsertedJobs.filter((row) => this.#rows.put(row)).map((row) => row.id), ...gone];
  }

  /** A deleted job stays as a tombstone, for the tree of those that used it. */
  private bury(id: string): boolean {
    const row = this.#rows.get(id);
    return row !== undefined && this.#rows.put({ ...row, revision: row.revision + 1, deleted: true });
  }

  private publish(touched: readonly string[], isNew: boolean): void {
    this.#list = [...this.#rows.rows()].toSorted(byUid);
    const ids = this.#list.map((row) => row.id);
    const isSame = ids.length === this.#ids.length && ids.every((id, index) => id === this.#ids[index]);
    if (!isSame) this.#ids = ids;
    this.#listeners.call([...touched.map((id) => `job:${id}`), ...(isSame && !isNew ? [] : ['ids']), 'any']);
  }
}

interface ShelfFeed<Message> {
  document: { toString: () => string };
  variables: Record<string, unknown>;
  read: (message: Message) => RowMessage;
}

export interface OpenShelf {
  readonly shelf: Shelf;
  /** What the stream is of is not there for this user, or not any more. */
  readonly isRefused: Value<boolean>;
  readonly close: () => void;
}

/** A shelf that follows a stream until it is closed. */
export function openShelf<Message extends StreamMessage>(client: Client, feed: ShelfFeed<Message>): OpenShelf {
  const shelf = new Shelf();
  const isRefused = new Value(false);
  const stop = openFeed<Message>(client, { ...feed, onMessage: (message) => shelf.hear(feed.read(message)), onRefused: (is) => isRefused.set(is), onBegin: () => shelf.reconnected() });
  const close = (): void => {
    stop();
    shelf.close();
  };
  return { shelf, isRefused, close };
}
