import { type FormEvent, useState } from 'react';
import type { Filter } from '../../lib/place';
import { useValue } from '../../live/hooks';
import { Dialog } from '../../ui/dialog';
import { PlaceLink } from '../../ui/place-link';
import { forgetView, GIVEN_VIEWS, savedViews, saveView, searchOf } from './saved-views';

/** The named views, each a link; the filters at hand can be kept as another one, in this browser. */
export function ViewsBar({ filter }: { filter: Filter }) {
  const saved = useValue(savedViews);
  const [isAsking, setAsking] = useState(false);
  const present = searchOf(filter);
  const isNamed = [...GIVEN_VIEWS, ...saved].some((view) => searchOf(view.filter) === present);
  return (
    <nav className="views" aria-label="Views">
      {[...GIVEN_VIEWS, ...saved].map((view) => (
        <span key={view.name} className="view">
          <PlaceLink to={{ kind: 'browse', filter: view.filter }} isCurrent={searchOf(view.filter) === present}>
            {view.name}
          </PlaceLink>
          {saved.includes(view) && (
            <button type="button" className="icon-button" aria-label={`Forget the view ${view.name}`} title="Forget" onClick={() => forgetView(view.name)}>
              ✕
            </button>
          )}
        </span>
      ))}
      {!isNamed && (
        <button type="button" className="button quiet" onClick={() => setAsking(true)}>
          Save view…
        </button>
      )}
      {isAsking && <NameDialog filter={filter} onClose={() => setAsking(false)} />}
    </nav>
  );
}

function NameDialog({ filter, onClose }: { filter: Filter; onClose: () => void }) {
  const [name, setName] = useState('');
  const isGiven = GIVEN_VIEWS.some((view) => view.name === name.trim());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!name.trim() || isGiven) return;
    saveView(name.trim(), filter);
    onClose();
  };
  return (
    <Dialog title="Save this view" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label className="field">
          <span>Name</span>
          <input value={name} data-autofocus required maxLength={40} onChange={(event) => setName(event.target.value)} />
          {isGiven && <span className="problem">There is a view of this name that stays as it is.</span>}
        </label>
        <p className="muted">It is kept in this browser. The address of the page says the same to anybody.</p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button main">
            Save view
          </button>
        </div>
      </form>
    </Dialog>
  );
}
