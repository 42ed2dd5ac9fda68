import { type FormEvent, useState } from 'react';
import { CreateProjectDocument, CreateWorkspaceDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { goTo } from '../../lib/navigate';
import { closeAsk } from '../../live/asks';
import { useBoard } from '../../live/hooks';
import { told } from '../../live/told';
import { Dialog } from '../../ui/dialog';

interface TitleDialogProps {
  heading: string;
  verb: string;
  onGiven: (title: string) => void;
}

function TitleDialog({ heading, verb, onGiven }: TitleDialogProps) {
  const [title, setTitle] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (title.trim()) onGiven(title.trim());
  };
  return (
    <Dialog title={heading} onClose={closeAsk}>
      <form className="form" onSubmit={submit}>
        <label className="field">
          <span>Title</span>
          <input value={title} data-autofocus required onChange={(event) => setTitle(event.target.value)} />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={closeAsk}>
            Cancel
          </button>
          <button type="submit" className="button main">
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function NewProject() {
  const { toasts } = useBoard();
  const make = async (title: string): Promise<void> => {
    const input = { title, idempotencyKey: newKey() };
    const made = await told(toasts, request(CreateProjectDocument, { input }).then((answer) => answer.createProject));
    if (!made?.project) return;
    closeAsk();
    goTo({ kind: 'project', project: made.project.uid });
  };
  return <TitleDialog heading="New project" verb="Create project" onGiven={(title) => void make(title)} />;
}

export function NewWorkspace({ project }: { project: string }) {
  const { toasts } = useBoard();
  const make = async (title: string): Promise<void> => {
    const input = { projectUid: project, title, idempotencyKey: newKey() };
    const made = await told(toasts, request(CreateWorkspaceDocument, { input }).then((answer) => answer.createWorkspace));
    if (!made?.workspace) return;
    closeAsk();
    goTo({ kind: 'workspace', project, workspace: made.workspace.uid, layout: 'cards' });
  };
  return <TitleDialog heading={`New workspace in ${project}`} verb="Create workspace" onGiven={(title) => void make(title)} />;
}
