import { type RefObject, useCallback, useLayoutEffect, useState } from 'react';

/** The rows to draw of a long list: [first, end), and the height of those above. */
export interface Span {
  readonly first: number;
  readonly end: number;
  readonly above: number;
  readonly total: number;
}

interface Scrolled {
  readonly top: number;
  readonly height: number;
}

/** Rows drawn beyond each edge, so that a quick scroll shows no gap. */
const MARGIN = 6;

/** Which of `count` rows of `rowHeight` pixels are seen. */
export function spanOf(count: number, rowHeight: number, { top, height }: Scrolled): Span {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - MARGIN);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + MARGIN);
  return { first, end: Math.max(first, end), above: first * rowHeight, total: count * rowHeight };
}

/**
 * The seen part of a list of rows of one height inside of a scrolling element.
 * Whoever scrolls it in a layout effect gives `scrolledFor`, another value each time: it is looked again before the paint.
 */
export function useWindow(element: RefObject<HTMLElement | null>, count: number, rowHeight: number, scrolledFor?: unknown): Span {
  const [scrolled, setScrolled] = useState<Scrolled>({ top: 0, height: 900 });
  const read = useCallback(() => {
    const found = element.current;
    if (!found) return;
    const now = { top: Math.floor(found.scrollTop / rowHeight) * rowHeight, height: found.clientHeight };
    // oxlint-disable-next-line react/set-state-in-effect -- place and size are known only in an effect
    setScrolled((before) => (before.top === now.top && before.height === now.height ? before : now));
  }, [element, rowHeight]);
  useLayoutEffect(read, [read, scrolledFor]);
  useLayoutEffect(() => {
    const found = element.current;
    if (!found) return;
    found.addEventListener('scroll', read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(found);
    return () => {
      found.removeEventListener('scroll', read);
      observer.disconnect();
    };
  }, [element, read]);
  return spanOf(count, rowHeight, scrolled);
}

/** Scroll a list of rows of one height no further than it takes to show this one. */
export function scrollToRow(scroller: HTMLElement | null, row: number, rowHeight: number): void {
  if (!scroller || row < 0) return;
  const top = row * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + rowHeight - scroller.clientHeight;
}
