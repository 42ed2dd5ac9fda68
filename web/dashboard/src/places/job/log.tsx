import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { JobLogDocument } from '../../gql/graphql';
import { Batch } from '../../lib/frames';
import { useWindow } from '../../lib/window';
import { openFeed } from '../../live/feed';
import { useBoard, useOpened, useValue } from '../../live/hooks';
import { LogBook, type LogMessage, type Written } from './log-book';
import { LINES_KEPT, type LogLine } from './log-lines';

const ROW_HEIGHT = 20;
const TAIL = 500;
/** So near to the end counts as at the end. */
const NEAR_END = 2 * ROW_HEIGHT;
/** So near to the first row older ones are asked for. */
const NEAR_START = 40 * ROW_HEIGHT;

/** The log of a job as it is written, and as far back as one scrolls. It stays at the end until one scrolls up, and takes hold again at the end. */
export function Log({ id }: { id: string }) {
  const { client } = useBoard();
  const opened = useOpened(() => {
    const book = new LogBook(id);
    const batch = new Batch<LogMessage>((messages) => book.hear(messages));
    const stop = openFeed<LogMessage>(client, { document: JobLogDocument, variables: { job: { id }, tail: TAIL }, onMessage: (message) => batch.add(message) });
    const close = (): void => {
      stop();
      batch.drop();
    };
    return { book, close };
  }, id);
  return opened && <Lines book={opened.book} />;
}

function Lines({ book }: { book: LogBook }) {
  const written = useValue(book.written);
  const { lines } = written;
  const scroller = useRef<HTMLDivElement>(null);
  const [isHeld, setHeld] = useState(true);
  const shifted = useRef(0);
  useLayoutEffect(() => {
    keepInView(scroller.current, (written.shift - shifted.current) * ROW_HEIGHT, isHeld);
    shifted.current = written.shift;
  }, [written, isHeld]);
  const span = useWindow(scroller, lines.length, ROW_HEIGHT, written);
  const watchScroll = (): void => {
    const found = scroller.current;
    if (!found) return;
    setHeld(found.scrollHeight - found.scrollTop - found.clientHeight < NEAR_END);
    if (found.scrollTop < NEAR_START) void book.loadOlder();
  };
  return (
    <div className="log">
      <Pictures lines={lines} />
      <Before before={written.before} isAtStart={span.first === 0 && !isHeld} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled by the keyboard */}
      <div ref={scroller} className="log-scroller" role="log" aria-live="off" aria-label="Log" tabIndex={0} data-held={isHeld} onScroll={watchScroll}>
        <div style={{ height: span.total, paddingTop: span.above }}>
          {lines.slice(span.first, span.end).map((line) => (
            <p key={line.key} className="log-line" data-tone={line.tone}>
              <time dateTime={line.time}>{new Date(line.time).toLocaleTimeString()}</time>
              <span>{line.text}</span>
            </p>
          ))}
        </div>
        {lines.length === 0 && <p className="muted pad">Nothing has been logged yet.</p>}
      </div>
      {!isHeld && (
        <button type="button" className="button to-end" onClick={() => setHeld(true)}>
          ↓ To the end
        </button>
      )}
    </div>
  );
}

/** At the end while it is held there; else the rows that are looked at stay where they are when others have come before them. */
function keepInView(scroller: HTMLElement | null, moved: number, isHeld: boolean): void {
  if (scroller && isHeld) scroller.scrollTop = scroller.scrollHeight;
  else if (scroller && moved !== 0) scroller.scrollTop += moved;
}

const TOLD: Record<Written['before'], string | null> = {
  more: null,
  loading: 'Loading older lines…',
  nothing: 'This is the beginning of the log.',
  'too-much': `No more than ${LINES_KEPT.toLocaleString()} lines are shown. The overview has the whole log for download.`,
};

/** What there is before the first row, said to who looks at it. */
function Before({ before, isAtStart }: { before: Written['before']; isAtStart: boolean }) {
  return isAtStart && TOLD[before] ? (
    <p className="small log-before" role="status">
      {TOLD[before]}
    </p>
  ) : null;
}

function Pictures({ lines }: { lines: readonly LogLine[] }) {
  const shown = useMemo(() => lines.filter(({ pictures }) => pictures.length > 0), [lines]);
  return shown.length > 0 ? (
    <div className="log-pictures">
      {shown.flatMap(({ key, text, pictures }) =>
        pictures.map(({ url, filename }) => (
          <a key={`${key} ${url}`} href={url} target="_blank" rel="noreferrer" title="Open the whole picture">
            <img src={url} alt={text || filename} loading="lazy" />
          </a>
        )),
      )}
    </div>
  ) : null;
}
