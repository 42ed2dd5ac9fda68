import type { MouseEvent, ReactNode } from 'react';
import { goTo, linkTo } from '../lib/navigate';
import type { Place } from '../lib/place';

interface PlaceLinkProps {
  to: Place;
  children: ReactNode;
  className?: string;
  isCurrent?: boolean;
}

/** A link within the page: a plain click goes there at once, any other click is the browser's. */
export function PlaceLink({ to, children, className, isCurrent = false }: PlaceLinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a href={linkTo(to)} className={className} onClick={follow} {...(isCurrent && { 'aria-current': 'page' as const })}>
      {children}
    </a>
  );
}
