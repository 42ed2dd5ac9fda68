import { useLayoutEffect, useRef, useState } from 'react';
import { JobLogDocument, type JobLogSubscription } from '../../gql/graphql';
import { Batch } from '../../lib/frames';
import { useWindow } from '../../lib/window';
import { openFeed } from '../../live/feed';
import { useBoard, useOpened, useValue } from '../../live/hooks';
import { Value } from '../../lib/value';
import { append, linesIn, type LogLine, replaceEntry } from './log-lines';

type Message = JobLogSubscription['jobEventLog'];

const ROW_HEIGHT = 20;
const TAIL = 500;
/** So near to the end counts as at the end. */
const NEAR_END = 2 * ROW_HEIGHT;

/** The log of a job as it is written. It stays at the end until one scrolls up, and takes hold again at the end. */
export function Log({ id }: { id: string }) {
  const { client } = useBoard();
  const opened = useOpened(() => {
    const lines = new Value<readonly LogLine[]>([]);
    const seen = new Set<string>();
    const batch = new Batch<Message>((messages) => {
      const entries = messages.flatMap((message) => message.entries);
      const changed = entries.filter((entry) => seen.has(entry.id));
      const added = entries.filter((entry) => !seen.has(entry.id));
      added.forEach((entry) => seen.add(entry.id));
      if (entries.length > 0) lines.set(append(changed.reduce(replaceEntry, lines.get()), added.flatMap(linesIn)));
    });
    const stop = openFeed<Message>(client, { document: JobLogDocument, variables: { job: { id }, tail: TAIL }, onMessage: (message) => batch.add(message) });
    const close = (): void => {
      stop();
      batch.drop();
    };
    return { lines, close };
  }, id);
  return opened && <Lines lines={opened.lines} />;
}

function Lines({ lines: source }: { lines: Value<readonly LogLine[]> }) {
  const lines = useValue(source);
  const scroller = useRef<HTMLDivElement>(null);
  const [isHeld, setHeld] = useState(true);
  const span = useWindow(scroller, lines.length, ROW_HEIGHT);
  const pictures = lines.filter((line) => line.pictures.length > 0);
  useLayoutEffect(() => {
    if (isHeld && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [isHeld, lines]);
  const watchScroll = (): void => {
    const found = scroller.current;
    if (found) setHeld(found.scrollHeight - found.scrollTop - found.clientHeight < NEAR_END);
  };
  return (
    <div className="log">
      {pictures.length > 0 && (
        <div className="log-pictures">
          {pictures.flatMap((line) => line.pictures.map((picture) => <img key={`${line.key} ${picture.url}`} src={picture.url} alt={line.text || picture.filename} loading="lazy" />))}
        </div>
      )}
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
