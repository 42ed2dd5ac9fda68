import { useBoard } from '../live/hooks';

/** Name of the product and of the place, the way to the playground, and who is signed in. */
export function TopBar() {
  const { viewer } = useBoard();
  return (
    <header className="top-bar">
      <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M5 3v18M12 3v18M19 3v18" />
        <circle className="logo-queued" cx="5" cy="16" r="3" />
        <circle className="logo-active" cx="12" cy="10" r="3" />
        <circle className="logo-done" cx="19" cy="6" r="3" />
      </svg>
      <span className="brand">Lanekeeper</span>
      <h1>Current Jobs</h1>
      <nav aria-label="Other pages">
        <a href="playground/">API playground</a>
      </nav>
      <span className="viewer" title="Signed in">
        {viewer.name}
      </span>
    </header>
  );
}
