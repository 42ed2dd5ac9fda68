import { type FormEvent, useState } from 'react';
import { AddCollaboratorDocument, RemoveCollaboratorDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useBoard } from '../../live/hooks';
import { told } from '../../live/told';
import { Dialog } from '../../ui/dialog';
import type { Project } from './use-projects';

/** Says who works in a project, and lets its owner change that. */
export function People({ project }: { project: Project }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>
        People…
      </button>
      {isOpen && <PeopleDialog project={project} onClose={() => setOpen(false)} />}
    </>
  );
}

function PeopleDialog({ project, onClose }: { project: Project; onClose: () => void }) {
  const { toasts, viewer } = useBoard();
  const [name, setName] = useState('');
  const { uid: projectUid, owner, usersWithAccess } = project;
  const mayChange = viewer.role === 'ADMIN' || viewer.id === owner?.id;
  const others = usersWithAccess.filter(({ id }) => id !== owner?.id);
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const input = { projectUid, user: { name: name.trim() }, idempotencyKey: newKey() };
    if (await told(toasts, request(AddCollaboratorDocument, { input }).then((answer) => answer.addProjectCollaborator))) setName('');
  };
  const remove = async (id: string): Promise<void> => {
    const input = { projectUid, user: { id }, idempotencyKey: newKey() };
    await told(toasts, request(RemoveCollaboratorDocument, { input }).then((answer) => answer.removeProjectCollaborator));
  };
  return (
    <Dialog title={`People in ${projectUid}`} onClose={onClose}>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tag-list" role="list">
        <li>
          <span className="person">{owner?.name ?? 'nobody'}</span> <span className="small">owner</span>
        </li>
        {others.map((person) => (
          <li key={person.id} data-person={person.name}>
            <span className="person">{person.name}</span>
            {mayChange && (
              <button type="button" className="button quiet" aria-label={`Remove ${person.name}`} onClick={() => void remove(person.id)}>
                Remove
              </button>
            )}
          </li>
        ))}
      </ul>
      {others.length === 0 && <p className="muted">Nobody else works here. Administrators see every project.</p>}
      {mayChange && (
        <form className="inline-form" onSubmit={(event) => void add(event)}>
          <input aria-label="Name of a user" placeholder="User name" required data-autofocus value={name} onChange={(event) => setName(event.target.value)} />
          <button type="submit" className="button">
            Add
          </button>
        </form>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
