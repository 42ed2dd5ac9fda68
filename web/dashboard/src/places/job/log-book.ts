import { JobLogPageDocument, type JobLogSubscription } from '../../gql/graphql';
import { request } from '../../lib/api';
import { Value } from '../../lib/value';
import { append, linesIn, LINES_KEPT, type LogEntry, type LogLine, olderThan, replaceEntry } from './log-lines';

export type LogMessage = JobLogSubscription['jobEventLog'];

/** Entries asked for at once; the server gives no more. */
const PAGE = 500;

export interface Written {
  readonly lines: readonly LogLine[];
  /** By how many rows those held have moved down in all: older ones come before them, and fall out there. */
  readonly shift: number;
  /** What there is before the first row; `too-much` when no more rows are kept. */
  readonly before: 'more' | 'loading' | 'nothing' | 'too-much';
}

const BLANK: Written = { lines: [], shift: 0, before: 'more' };

/** What is held of a job's log: its end as it is written, and of what came before as much as was asked for. */
export class LogBook {
  readonly written = new Value<Written>(BLANK);
  readonly #job: string;
  #seen = new Set<string>();
  /** Where the oldest page begins; null before the first. */
  #start: string | null = null;
  #isVoid = false;

  constructor(job: string) {
    this.#job = job;
  }

  hear(messages: readonly LogMessage[]): void {
    for (const message of messages) {
      if (message.kind === 'RESET') this.#isVoid = true;
      else this.take(message.entries);
    }
  }

  private take(entries: readonly LogEntry[]): void {
    if (this.#isVoid) this.beginAnew();
    if (entries.length === 0) return;
    const { lines, shift, before } = this.written.get();
    const changed = entries.filter(({ id }) => this.#seen.has(id)).reduce(replaceEntry, lines);
    const all = append(changed, this.unseen(entries).flatMap(linesIn));
    this.written.set({ lines: all.lines, shift: shift - all.dropped, before: all.dropped > 0 ? 'too-much' : before });
  }

  /** The log was cleared, or the place in it was lost: what comes now is all there is. */
  private beginAnew(): void {
    this.#isVoid = false;
    this.#seen = new Set();
    this.#start = null;
    this.written.set(BLANK);
  }

  /** Ask for what comes before the first row, unless it is on its way or there is none. */
  async loadOlder(): Promise<void> {
    const present = this.written.get();
    if (present.before !== 'more' || present.lines.length === 0) return;
    this.written.set({ ...present, before: 'loading' });
    const seen = this.#seen;
    const answer = await request(JobLogPageDocument, { job: { id: this.#job }, last: PAGE, before: this.#start }).catch(() => null);
    if (seen !== this.#seen) return; // begun anew meanwhile
    const page = answer?.job?.eventLog;
    if (!page) return this.written.set({ ...this.written.get(), before: 'more' });
    const older = olderThan(page.nodes, seen, this.#start !== null);
    this.#start = page.pageInfo.startCursor;
    this.putBefore(this.unseen(older).flatMap(linesIn), page.pageInfo.hasPreviousPage);
    if (older.length === 0) await this.loadOlder(); // all of the first page has come with the stream
  }

  private putBefore(more: readonly LogLine[], hasMore: boolean): void {
    const { lines, shift } = this.written.get();
    if (lines.length + more.length > LINES_KEPT) return this.written.set({ lines, shift, before: 'too-much' });
    this.written.set({ lines: more.concat(lines), shift: shift + more.length, before: hasMore ? 'more' : 'nothing' });
  }

  private unseen(entries: readonly LogEntry[]): LogEntry[] {
    const added = entries.filter(({ id }) => !this.#seen.has(id));
    added.forEach(({ id }) => this.#seen.add(id));
    return added;
  }
}
