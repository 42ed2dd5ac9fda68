import { type FormEvent, useState } from 'react';
import { ChainOfDocument, WorkspacesDocument } from '../../gql/graphql';
import { ACTIONS } from '../../live/action-table';
import { closeAsk } from '../../live/asks';
import type { Choice } from '../../live/bulk';
import { useBoard } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { carryOut } from '../../live/perform';
import { useAnswer } from '../../live/query';
import { Dialog } from '../../ui/dialog';
import { type ActionAsk, titleOf } from './action-ask';
import { JobList } from './job-list';

type Where = 'current' | 'other' | 'new';

/** The jobs that the action concerns: those selected, or the whole chain between two of them. */
function useJobs({ action, jobs }: ActionAsk): { jobs: readonly Job[]; problem: string | null } {
  const [start, end] = jobs;
  const isChain = action === 'clone_chain' && start && end;
  const { data, problem } = useAnswer(ChainOfDocument, isChain ? { projectUid: start.projectUid, start: start.uid, end: end.uid } : null);
  if (!isChain) return { jobs, problem: null };
  if (start.projectUid !== end.projectUid) return { jobs: [], problem: 'The two jobs are of different projects, so there is no chain between them.' };
  if (data?.jobChain && !data.jobChain.valid) return { jobs: [], problem: `${start.uid} and ${end.uid} are not ends of a valid chain: neither leads to the other.` };
  return { jobs: data?.jobChain?.jobs ?? [], problem };
}

/** Asks where to link, move or clone jobs to: an existing workspace or a new one; clones may stay in the current one. */
export function WorkspaceDialog({ ask }: { ask: ActionAsk }) {
  const { actions } = useBoard();
  const mayStay = ask.action === 'clone' || ask.action === 'clone_chain';
  const [where, setWhere] = useState<Where>(mayStay ? 'current' : 'other');
  const [chosen, setChosen] = useState<string | null>(null);
  const [title, setTitle] = useState('');
  const project = ask.jobs[0]?.projectUid ?? '';
  const { data } = useAnswer(WorkspacesDocument, { projectUid: project });
  const { jobs, problem } = useJobs(ask);
  const others = (data?.project?.workspaces.nodes ?? []).filter(({ uid }) => uid !== ask.from);
  const other = chosen ?? others[0]?.uid;
  const choice: Record<Where, Choice | null> = {
    current: { from: ask.from, destination: { workspaceUid: ask.from } },
    other: other ? { from: ask.from, destination: { workspaceUid: other } } : null,
    new: title.trim() ? { from: ask.from, destination: { newWorkspace: { title: title.trim() } } } : null,
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const made = choice[where];
    if (made && !problem) void carryOut(actions, ask.action, ask.jobs, made);
  };
  return (
    <Dialog title={titleOf({ ...ask, jobs: jobs.length > 0 ? jobs : ask.jobs })} onClose={closeAsk} wide>
      <form className="form" onSubmit={submit}>
        {problem ? (
          <p className="problem" role="alert">
            {problem}
          </p>
        ) : (
          <JobList jobs={jobs} outcome={null} />
        )}
        <fieldset className="choices" disabled={problem !== null}>
          <legend>Workspace</legend>
          {mayStay && <Radio where="current" is={where} label={`Current workspace ${ask.from}`} onChoose={setWhere} />}
          <Radio where="other" is={where} label="Another workspace" onChoose={setWhere} isDisabled={others.length === 0} />
          {where === 'other' && (
            <select aria-label="Choose a workspace" value={other} onChange={(event) => setChosen(event.target.value)}>
              {others.map(({ uid, title: name }) => (
                <option key={uid} value={uid}>
                  {uid} · {name ?? 'Untitled'}
                </option>
              ))}
            </select>
          )}
          <Radio where="new" is={where} label="New workspace" onChoose={setWhere} />
          {where === 'new' && (
            <input aria-label="Title of the new workspace" placeholder="Title" value={title} onChange={(event) => setTitle(event.target.value)} />
          )}
        </fieldset>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={closeAsk}>
            Cancel
          </button>
          <button type="submit" className="button main" data-autofocus disabled={problem !== null} aria-disabled={choice[where] === null}>
            {ACTIONS[ask.action].verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface RadioProps {
  where: Where;
  is: Where;
  label: string;
  onChoose: (where: Where) => void;
  isDisabled?: boolean;
}

function Radio({ where, is, label, onChoose, isDisabled = false }: RadioProps) {
  return (
    <label className="choice">
      <input type="radio" name="where" value={where} checked={where === is} disabled={isDisabled} onChange={() => onChoose(where)} />
      {label}
    </label>
  );
}
