import { useLayoutEffect, useRef } from 'react';
import { now, onSecond } from '../lib/clock';
import { durationText } from '../lib/duration';

/** The time since a moment (ISO 8601), ticking. It writes its own text, so a tick renders nothing. */
export function Age({ since }: { since: string }) {
  const element = useRef<HTMLTimeElement>(null);
  useLayoutEffect(() => {
    const write = (): void => {
      if (element.current) element.current.textContent = durationText(now() - Date.parse(since));
    };
    write();
    return onSecond(write);
  }, [since]);
  return <time ref={element} dateTime={since} title={`Since ${new Date(since).toLocaleString()}`} />;
}
