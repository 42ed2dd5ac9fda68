import { useLane, useLaneList, useStore } from '../../live/hooks';
import type { Target } from '../../live/objects';
import { isInUse, slotsText } from './target-use';

/** The targets that jobs hold slots of now. */
export function TargetPills() {
  const targets = useStore('targets', (store) => store.targets());
  return (
    <footer className="app-footer">
      <h2>Targets in use</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul role="list">
        {targets.map((target) => (
          <TargetPill key={target.id} target={target} />
        ))}
      </ul>
    </footer>
  );
}

function TargetPill({ target }: { target: Target }) {
  const list = useLaneList(target.laneName);
  const lane = useLane(target.laneName);
  if (!isInUse(target, list)) return null;
  return (
    <li className="pill" data-online={target.online}>
      <span className="dot" aria-hidden="true" />
      <b>{lane?.title ?? target.laneName}</b>
      <span>{target.title}</span>
      <span className="muted">{slotsText(target)}</span>
      {!target.online && <span className="badge">Unreachable</span>}
      {target.drained && <span className="badge">Drained</span>}
    </li>
  );
}
