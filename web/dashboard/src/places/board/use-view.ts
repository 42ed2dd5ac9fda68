import { useCallback, useSyncExternalStore } from 'react';
import { searchFor, type View, viewOf } from '../../lib/url';

const CHANGED = 'viewchange';

function watch(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(CHANGED, listener);
  };
}

/** The board's view, kept in the address: a link shows the same, and Back goes back. */
export function useView(): [View, (view: View) => void] {
  const view = useSyncExternalStore(watch, () => viewOf(location.search));
  const choose = useCallback((next: View) => {
    history.pushState(null, '', location.pathname + searchFor(next, location.search));
    dispatchEvent(new Event(CHANGED));
  }, []);
  return [view, choose];
}
