import { useEffect, useState } from 'react';
import { address } from '../lib/navigate';
import { EVERYTHING } from '../lib/place';
import { asked } from '../live/asks';
import { useBoard, useValue } from '../live/hooks';
import { signOut } from '../live/session';
import { Bell, Leave, Lens, Shade } from '../ui/icons';
import { PlaceLink } from '../ui/place-link';
import { applyTheme, nextTheme, THEMES, themeKept } from './theme';

/** Name of the product, the way to every place, and who is signed in. */
export function TopBar() {
  const { viewer } = useBoard();
  const { place } = useValue(address);
  return (
    <header className="top-bar">
      <PlaceLink to={{ kind: 'home' }} className="home-link">
        <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M5 3v18M12 3v18M19 3v18" />
          <circle className="logo-queued" cx="5" cy="16" r="3" />
          <circle className="logo-active" cx="12" cy="10" r="3" />
          <circle className="logo-done" cx="19" cy="6" r="3" />
        </svg>
        <span className="brand">Lanekeeper</span>
      </PlaceLink>
      <nav aria-label="Places">
        <PlaceLink to={{ kind: 'projects' }} isCurrent={['projects', 'project', 'workspace', 'build'].includes(place.kind)}>
          Projects
        </PlaceLink>
        <PlaceLink to={{ kind: 'browse', filter: EVERYTHING }} isCurrent={place.kind === 'browse'}>
          Jobs
        </PlaceLink>
        {viewer.role === 'ADMIN' && (
          <PlaceLink to={{ kind: 'admin', section: 'lanes' }} isCurrent={place.kind === 'admin'}>
            Administration
          </PlaceLink>
        )}
        <a href="playground/">API</a>
      </nav>
      <button type="button" className="button quiet go-to" onClick={() => asked.set({ kind: 'spotlight' })}>
        <Lens /> <span className="go-to-words">Go to…</span> <kbd>Ctrl K</kbd>
      </button>
      <NotifyButton />
      <ThemeButton />
      <button type="button" className="icon-button keys-button" aria-label="Keys" title="Keys (?)" onClick={() => asked.set({ kind: 'keys' })}>
        ?
      </button>
      <span className="viewer" title="Signed in">
        {viewer.name}
      </span>
      <button type="button" className="icon-button" aria-label="Sign out" title="Sign out" onClick={() => void signOut()}>
        <Leave />
      </button>
    </header>
  );
}

const canAsk = (): boolean => 'Notification' in globalThis && Notification.permission === 'default';

/** Asks the browser once whether it may tell of ended jobs while the page is out of sight. */
function NotifyButton() {
  const [isOpen, setOpen] = useState(canAsk);
  const label = 'Be told when jobs end';
  const ask = (): void => void Notification.requestPermission().then(() => setOpen(canAsk()));
  return isOpen ? (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={ask}>
      <Bell />
    </button>
  ) : null;
}

function ThemeButton() {
  const [theme, setTheme] = useState(themeKept);
  useEffect(() => applyTheme(theme), [theme]);
  const { label } = THEMES[theme];
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={() => setTheme(nextTheme(theme))}>
      <Shade />
    </button>
  );
}
