import { actionsOf, labelFor, ONE_JOB } from '../../live/action-labels';
import { type ActionId, ACTIONS, type Action } from '../../live/action-table';
import { isPanelOpen } from '../../live/asks';
import { refusalOf, useAvailability } from '../../live/availability';
import { useBoard, useIntent } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { begin } from '../../live/perform';
import { PanelFrame } from './panel-frame';

/** The actions on the data of one job. It stays open until the user closes it. */
export function ActionsPanel({ job }: { job: Job }) {
  const { actions } = useBoard();
  const intent = useIntent(job.id);
  const known = useAvailability(ONE_JOB, [job]);
  return (
    <PanelFrame title={`Actions of ${job.uid}`} onClose={() => isPanelOpen.set(false)}>
      {actionsOf(job).map((id) => (
        <PanelButton key={id} id={id} label={intent === id ? ACTIONS[id].underWay : labelFor(id, job)} refusal={refusalOf(known, id)} onRun={() => void begin(actions, id, [job])} />
      ))}
    </PanelFrame>
  );
}

interface PanelButtonProps {
  id: ActionId;
  label: string;
  refusal: string | undefined;
  onRun: () => void;
}

export function PanelButton({ id, label, refusal, onRun }: PanelButtonProps) {
  const isDanger = (ACTIONS[id] as Action).danger;
  return (
    <button
      type="button"
      className="panel-action"
      data-panel-action={id}
      data-danger={isDanger}
      aria-disabled={refusal !== undefined}
      title={refusal}
      onClick={() => refusal ?? onRun()}
    >
      {label}
      {refusal && <span className="unseen">: {refusal}</span>}
    </button>
  );
}
