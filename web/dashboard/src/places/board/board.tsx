import { refineOverlay } from '../../lib/navigate';
import type { View } from '../../lib/view';
import { useStore } from '../../live/hooks';
import { ControlBar } from './control-bar';
import { Finished } from './finished';
import { IdleLanes } from './idle-lanes';
import { Lane } from './lane';

/** Current Jobs: every queued and active job, by lane. */
export function Board({ view }: { view: View }) {
  const lanes = useStore('lanes', (store) => store.activeLanes());
  return (
    <div className="board">
      <ControlBar view={view} onView={(next) => refineOverlay({ kind: 'jobs', view: next })} />
      <div className="lanes">
        <IdleLanes />
        {lanes.map((name) => (
          <Lane key={name} name={name} view={view} />
        ))}
        {lanes.length === 0 && <Quiet />}
      </div>
      <Finished />
    </div>
  );
}

/** Said when no job is queued or active. */
function Quiet() {
  return (
    <div className="quiet-board">
      <svg viewBox="0 0 48 32" aria-hidden="true">
        <path d="M2 6h44M2 16h44M2 26h44" />
      </svg>
      <p>
        <b>All lanes are clear.</b>
      </p>
      <p>
        A job appears here the moment it is queued. Queue one from its workspace, from your scripts, or from the{' '}
        <a href="playground/">API playground</a>.
      </p>
    </div>
  );
}
