import { useStore } from '../../live/hooks';

/** All lanes without jobs, folded into one tracker. */
export function IdleLanes() {
  const lanes = useStore('lanes', (store) => store.inactiveLanes());
  if (lanes.length === 0) return null;
  return (
    <details className="idle-lanes" open>
      <summary>
        Idle lanes <b>{lanes.length}</b>
      </summary>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul role="list">
        {lanes.map((lane) => (
          <li key={lane.id} title={lane.desc ?? lane.name}>
            <span>{lane.title}</span>
            {lane.drained && <span className="badge">Drained</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}
