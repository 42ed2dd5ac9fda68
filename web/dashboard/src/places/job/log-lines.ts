import type { JobLogSubscription } from '../../gql/graphql';

export type LogEntry = JobLogSubscription['jobEventLog']['entries'][number];

/** One row of the log: a line of text, a picture, or a checkpoint. */
export interface LogLine {
  readonly key: string;
  readonly time: string;
  readonly text: string;
  readonly tone: 'text' | 'warning' | 'error' | 'image' | 'mark';
  readonly pictures: readonly { filename: string; url: string }[];
}

/** The page remembers so many lines; the server has the rest. */
export const LINES_KEPT = 200_000;

const TONES: Record<string, LogLine['tone']> = { WARNING: 'warning', ERROR: 'error' };

/** The rows that an entry makes: one for each line of its text. */
export function linesIn(entry: LogEntry): LogLine[] {
  const { id, createdAt: time } = entry;
  if (entry.__typename === 'CheckpointEvent') return [{ key: id, time, text: `Checkpoint ${JSON.stringify(entry.meta)}`, tone: 'mark', pictures: [] }];
  if (entry.__typename === 'ImageEvent') return [{ key: id, time, text: entry.text, tone: 'image', pictures: entry.imgfiles }];
  const tone = entry.__typename === 'TextEvent' ? (TONES[entry.type] ?? 'text') : 'text';
  return entry.text
    .replace(/\n$/, '')
    .split('\n')
    .map((text, index) => ({ key: `${id} ${index}`, time, text, tone, pictures: [] }));
}

/** Put the rows of an entry that has changed in place of its former ones. */
export function replaceEntry(lines: readonly LogLine[], entry: LogEntry): readonly LogLine[] {
  const isOfIt = ({ key }: LogLine): boolean => key === entry.id || key.startsWith(`${entry.id} `);
  const at = lines.findIndex(isOfIt);
  return at < 0 ? lines : [...lines.slice(0, at), ...linesIn(entry), ...lines.slice(at).filter((line) => !isOfIt(line))];
}

/** Add rows at the end; beyond what is kept the oldest are dropped, and it is said how many. */
export function append(lines: readonly LogLine[], more: readonly LogLine[], kept = LINES_KEPT): { lines: readonly LogLine[]; dropped: number } {
  const all = lines.concat(more);
  const dropped = Math.max(0, all.length - kept);
  return { lines: dropped > 0 ? all.slice(dropped) : all, dropped };
}

/** Of a page, which ends before the oldest page held or at the end of the log, what comes before all that is seen. */
export function olderThan(page: readonly LogEntry[], seen: ReadonlySet<string>, endsBeforeHeld: boolean): readonly LogEntry[] {
  const first = page.findIndex(({ id }) => seen.has(id));
  if (first >= 0) return page.slice(0, first);
  return endsBeforeHeld ? page : [];
}
