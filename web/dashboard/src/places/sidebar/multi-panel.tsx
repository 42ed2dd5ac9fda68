import { useMemo } from 'react';
import { actionsOfMany, labelForMany, refusalForMany, SEVERAL_JOBS } from '../../live/action-labels';
import { isPanelOpen } from '../../live/asks';
import { useAvailability } from '../../live/availability';
import { useAnyJob, useBoard } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { begin } from '../../live/perform';
import { clearSelection, toggle } from '../../live/selection';
import { StatusMark, statusWord } from '../../ui/status';
import { PanelButton } from './actions-panel';
import { PanelFrame } from './panel-frame';

interface MultiPanelProps {
  scope: string;
  ids: readonly string[];
  isOpen: boolean;
  find: (id: string) => Job | undefined;
}

/** The selected jobs, each of which can be let go; their actions are below. */
export function MultiPanel({ scope, ids, isOpen, find }: MultiPanelProps) {
  return (
    <>
      <header className="multi-head">
        <h2>{ids.length} jobs selected</h2>
        <button type="button" className="button quiet" onClick={clearSelection}>
          Clear
        </button>
      </header>
      <div className="sidebar-body">
        {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
        <ul className="selected" role="list">
          {ids.map((id) => (
            <Selected key={id} id={id} scope={scope} />
          ))}
        </ul>
      </div>
      {isOpen && <Palette ids={ids} find={find} />}
      <footer className="sidebar-foot">
        <button type="button" className="button" aria-expanded={isOpen} onClick={() => isPanelOpen.set(!isOpen)}>
          Actions
        </button>
      </footer>
    </>
  );
}

function Selected({ id, scope }: { id: string; scope: string }) {
  const job = useAnyJob(id);
  if (!job) return null;
  return (
    <li className="selected-card" data-selected={`${job.projectUid}.${job.uid}`} data-status={job.status}>
      <header>
        <StatusMark status={job.status} />
        <span className="uid">
          {job.projectUid} <b>{job.uid}</b>
        </span>
        <span className="status">{statusWord(job.status)}</span>
        <button type="button" className="icon-button" aria-label={`Clear ${job.uid} from the selection`} title="Clear" onClick={() => toggle(scope, id)}>
          ✕
        </button>
      </header>
      <p className="cut">{job.title || job.typeTitle}</p>
    </li>
  );
}

function Palette({ ids, find }: Pick<MultiPanelProps, 'ids' | 'find'>) {
  const { actions } = useBoard();
  const jobs = useMemo(() => ids.flatMap((id) => find(id) ?? []), [ids, find]);
  const known = useAvailability(SEVERAL_JOBS, jobs);
  return (
    <PanelFrame title={`Actions of ${ids.length} jobs`} onClose={() => isPanelOpen.set(false)}>
      {actionsOfMany(jobs).map((id) => (
        <PanelButton key={id} id={id} label={labelForMany(id, known)} refusal={refusalForMany(id, jobs, known)} onRun={() => void begin(actions, id, jobs)} />
      ))}
    </PanelFrame>
  );
}
