import { ACTIONS, type Action, type ActionId } from '../../live/action-table';
import { closeAsk } from '../../live/asks';
import { Dialog } from '../../ui/dialog';
import { keyText } from '../menu/core-items';

const ANYWHERE: [string, string][] = [
  ['Ctrl K', 'Spotlight: jump to anything'],
  ['/', 'Filter what is shown'],
  ['?', 'This sheet'],
  ['Esc', 'Close or let go, one layer at a time'],
];

const IN_A_LIST: [string, string][] = [
  ['← → ↑ ↓', 'Select the next job'],
  ['Shift + arrow', 'Extend the range'],
  ['Ctrl + ← →', 'Take the neighbour in'],
  ['Space', 'Take in or out'],
  ['Ctrl A', 'Select all'],
  ['Enter', 'View the job'],
  ['.', 'Open the menu'],
  ['T', 'Jump to the selected job'],
];

/** All keys, from the same table as the menus. */
export function KeySheet() {
  const ids = (Object.keys(ACTIONS) as ActionId[]).filter((id) => (ACTIONS[id] as Action).key);
  const actions = ids.map((id): [string, string] => [keyText((ACTIONS[id] as Action).key) ?? '', ACTIONS[id].label]);
  return (
    <Dialog title="Keys" onClose={closeAsk} wide>
      <div className="key-sheet">
        <Keys title="Anywhere" keys={ANYWHERE} />
        <Keys title="In a list of jobs" keys={IN_A_LIST} />
        <Keys title="For the selected jobs" keys={actions} />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" data-autofocus onClick={closeAsk}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly [string, string][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, what]) => (
          <div key={what}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
