import { type FormEvent, useState } from 'react';
import { closeAsk } from '../../live/asks';
import { useBoard } from '../../live/hooks';
import { carryOut } from '../../live/perform';
import { Dialog } from '../../ui/dialog';
import { type ActionAsk, titleOf } from './action-ask';
import { JobList } from './job-list';

const HIGHEST = 100;

/** The priority that all of the jobs have; empty if they differ. */
function priorityOf({ jobs }: ActionAsk): string {
  const [first, ...others] = new Set(jobs.map(({ priority }) => priority));
  return others.length === 0 ? String(first) : '';
}

/** Asks for the priority of queued jobs; it is theirs from then on. */
export function PriorityDialog({ ask }: { ask: ActionAsk }) {
  const { actions } = useBoard();
  const [priority, setPriority] = useState(() => priorityOf(ask));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void carryOut(actions, ask.action, ask.jobs, { priority: Number(priority) });
  };
  return (
    <Dialog title={titleOf(ask)} onClose={closeAsk}>
      <form className="form" onSubmit={submit}>
        <JobList jobs={ask.jobs} outcome={null} />
        <label className="field">
          <span>Priority</span>
          <input type="number" min={0} max={HIGHEST} required data-autofocus value={priority} onChange={(event) => setPriority(event.target.value)} />
          <span className="small">0 to {HIGHEST}; the highest is started first.</span>
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={closeAsk}>
            Cancel
          </button>
          <button type="submit" className="button main">
            Change priority
          </button>
        </div>
      </form>
    </Dialog>
  );
}
