import { type FormEvent, useState } from 'react';
import { Dialog } from '../../ui/dialog';
import { type Project, useUpdate } from './update';

interface SettingsProps {
  project: Project;
  onChanged: () => void;
}

/** Changes what a project is called, and puts it away or brings it back. */
export function Settings({ project, onChanged }: SettingsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        Settings…
      </button>
      {isOpen && <SettingsDialog project={project} onChanged={onChanged} onClose={() => setOpen(false)} />}
    </>
  );
}

function SettingsDialog({ project, onChanged, onClose }: SettingsProps & { onClose: () => void }) {
  const update = useUpdate(project, onChanged);
  const [title, setTitle] = useState(project.title);
  const [description, setDescription] = useState(project.description);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await update({ title: title.trim(), description, expectedRevision: project.revision })) onClose();
  };
  const putAway = async (): Promise<void> => {
    if (await update({ archived: !project.archived })) onClose();
  };
  return (
    <Dialog title={`Settings of ${project.uid}`} onClose={onClose} wide>
      <form className="form" onSubmit={(event) => void save(event)}>
        <label className="field">
          <span>Title</span>
          <input required data-autofocus value={title} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label className="field">
          <span>Description (Markdown)</span>
          <textarea rows={4} value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        <p className="muted">
          {project.archived
            ? 'It is archived: it can be read, and nothing in it can be changed or queued.'
            : 'Archived, it can still be read, but nothing in it can be changed or queued. It can be brought back.'}
        </p>
        <div className="dialog-actions">
          <button type="button" className="button apart" onClick={() => void putAway()}>
            {project.archived ? 'Bring back' : 'Archive'}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button main" disabled={project.archived}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
