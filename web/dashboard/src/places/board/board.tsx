import { useCallback, useState } from 'react';
import type { ActionName } from '../../live/actions';
import { useBoard, useStore } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { ControlBar } from './control-bar';
import { Finished } from './finished';
import { IdleLanes } from './idle-lanes';
import { KillDialog } from './kill-dialog';
import { Lane } from './lane';
import { useView } from './use-view';

/** Current Jobs: every queued and active job, by lane. */
export function Board() {
  const [view, setView] = useView();
  const [killing, setKilling] = useState<string | null>(null);
  const { actions } = useBoard();
  const lanes = useStore('lanes', (store) => store.activeLanes());
  const handleAction = useCallback(
    (action: ActionName, job: Job) => (action === 'kill' ? setKilling(job.id) : void actions.act(action, job)),
    [actions],
  );
  const closeDialog = useCallback(() => setKilling(null), []);
  const kill = (job: Job): void => {
    closeDialog();
    void actions.act('kill', job);
  };
  return (
    <main className="board">
      <ControlBar view={view} onView={setView} />
      <div className="lanes">
        <IdleLanes />
        {lanes.map((name) => (
          <Lane key={name} name={name} view={view} onAction={handleAction} />
        ))}
        {lanes.length === 0 && <Quiet />}
      </div>
      <Finished />
      {killing && <KillDialog id={killing} onKill={kill} onClose={closeDialog} />}
    </main>
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
        A job appears here the moment it is queued. Queue one from your scripts, or try it in the{' '}
        <a href="playground/">API playground</a>.
      </p>
    </div>
  );
}
