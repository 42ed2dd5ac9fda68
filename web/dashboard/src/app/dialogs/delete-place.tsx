import { useEffect, useState } from 'react';
import { DeleteProjectDocument, type DeleteWorkspaceMutation, DeleteWorkspaceDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { bytesText } from '../../lib/bytes';
import { newKey } from '../../lib/key';
import { address, goTo } from '../../lib/navigate';
import { closeAsk } from '../../live/asks';
import { useBoard } from '../../live/hooks';
import { tellUntilEnd } from '../../live/operations';
import { told } from '../../live/told';
import { Dialog } from '../../ui/dialog';
import { bytesOf } from './action-dialog';
import { deletionTold, isGoing } from './deletion';
import { JobList } from './job-list';

interface DeletePlaceProps {
  project: string;
  /** Null for the whole project. */
  workspace: string | null;
  title: string;
}

type Plan = Pick<NonNullable<DeleteWorkspaceMutation['deleteWorkspace']>, 'errors' | 'results' | 'operation'>;

/** Of a long list so many are named, the refused ones first. */
const NAMED = 100;

async function ask({ project: projectUid, workspace }: DeletePlaceProps, dryRun: boolean): Promise<Plan | null> {
  const head = { projectUid, dryRun, idempotencyKey: newKey() };
  if (workspace) return (await request(DeleteWorkspaceDocument, { input: { ...head, workspaceUid: workspace } })).deleteWorkspace;
  return (await request(DeleteProjectDocument, { input: head })).deleteProject;
}

const jobsAre = (count: number): string => (count === 1 ? '1 job is' : `${count} jobs are`);

/** What would happen, in one sentence for each kind of job. */
function sentencesOf({ results }: Plan): string[] {
  const open = results.filter(({ errors }) => errors.length === 0);
  const leaving = open.filter(({ action }) => action === 'UNLINK').length;
  const refused = results.length - open.length;
  const bytes = bytesOf({ errors: [], results });
  return [
    results.length === 0 ? 'There are no jobs in it.' : '',
    open.length > leaving ? `${jobsAre(open.length - leaving)} deleted with all results.` : '',
    leaving > 0 ? `${jobsAre(leaving)} kept in another workspace.` : '',
    refused > 0 ? `${jobsAre(refused)} protected.` : '',
    bytes > 0 ? `${bytesText(bytes)} are freed on disk.` : '',
  ].filter(Boolean);
}

/** Asks before a project or a workspace is deleted; the dry run says what becomes of each job. */
export function DeletePlace(place: DeletePlaceProps) {
  const { project, workspace, title } = place;
  const board = useBoard();
  const [plan, setPlan] = useState<Plan | null>(null);
  useEffect(() => {
    void told(board.toasts, ask({ project, workspace, title }, true)).then((payload) => (payload ? setPlan(payload) : closeAsk()));
  }, [board, project, workspace, title]);
  const name = `${workspace ? 'workspace' : 'project'} ${project} ${workspace ?? ''}`.trim();
  const run = async (): Promise<void> => {
    closeAsk();
    const payload = await told(board.toasts, ask(place, false));
    if (!payload) return;
    if (isGoing(payload)) leave(place);
    const ended = payload.operation && (await tellUntilEnd(board, payload.operation.id, `Deleting ${name}`));
    const { isGone, text } = deletionTold(name, { results: payload.results, ended });
    board.toasts[isGone ? 'good' : 'bad'](text);
  };
  const refused = (plan?.results ?? []).filter(({ errors }) => errors.length > 0);
  const isKept = workspace === null && refused.length > 0;
  const named = [...refused, ...(plan?.results ?? []).filter(({ errors }) => errors.length === 0)].slice(0, NAMED).flatMap(({ job }) => job ?? []);
  return (
    <Dialog title={`Delete ${name}${title ? ` “${title}”` : ''}?`} onClose={closeAsk} wide={named.length > 0}>
      <p className="muted">
        {plan ? sentencesOf(plan).join(' ') : 'Looking through its jobs…'}
        {refused.length > 0 && (isKept ? ' So nothing can be deleted.' : ' So the workspace stays, with them.')}
      </p>
      {named.length > 0 && <JobList jobs={named} outcome={plan} />}
      {plan && plan.results.length > named.length && <p className="small">and {plan.results.length - named.length} more</p>}
      <p>This cannot be undone.</p>
      <div className="dialog-actions">
        <button type="button" className="button" data-autofocus onClick={closeAsk}>
          Cancel
        </button>
        <button type="button" className="button danger" disabled={!plan || isKept} onClick={() => void run()}>
          Delete {workspace ? 'workspace' : 'project'}
        </button>
      </div>
    </Dialog>
  );
}

/** Whoever stands in what is going goes to where it was listed. */
function leave({ project, workspace }: DeletePlaceProps): void {
  const { place } = address.get();
  if (!('project' in place) || place.project !== project) return;
  if (!workspace) goTo({ kind: 'projects' });
  else if ('workspace' in place && place.workspace === workspace) goTo({ kind: 'project', project });
}
