import { useStore } from '../../live/hooks';
import type { Counts } from '../../live/store';
import { type View, VIEWS } from '../../lib/view';

const LABELS: Record<View, string> = { all: 'All', queued: 'Queued', active: 'Active' };

const COUNTS: Record<View, (counts: Counts) => number> = {
  all: ({ queued, active }) => queued + active,
  queued: ({ queued }) => queued,
  active: ({ active }) => active,
};

interface ControlBarProps {
  view: View;
  onView: (view: View) => void;
}

/** Which jobs to show, and how many GPU tokens are in use. */
export function ControlBar({ view, onView }: ControlBarProps) {
  const counts = useStore('counts', (store) => store.counts());
  return (
    <div className="control-bar">
      <fieldset className="toggle">
        <legend className="unseen">Jobs to show</legend>
        {VIEWS.map((choice) => (
          <label key={choice}>
            <input type="radio" name="view" value={choice} checked={choice === view} onChange={() => onView(choice)} />
            <span>
              {LABELS[choice]} <b>{COUNTS[choice](counts)}</b>
            </span>
          </label>
        ))}
      </fieldset>
      <Tokens />
    </div>
  );
}

/** Token use of each instance and in all; nothing where tokens are unlimited. */
function Tokens() {
  const usage = useStore('tokens', (store) => store.tokens());
  if (!usage || usage.maxLicensesAvailable === null) return null;
  return (
    <div className="tokens small" role="group" aria-label="GPU tokens in use">
      {usage.instances.length > 1 &&
        usage.instances.map((instance) => (
          <span key={instance.instanceId}>
            {instance.alias ?? (instance.thisInstance ? 'This server' : instance.instanceId)} {instance.currentInUse} /{' '}
            {instance.maxLicensesAvailable}
          </span>
        ))}
      <span className="tokens-sum">
        GPU tokens
        <meter min={0} max={usage.maxLicensesAvailable} value={usage.currentInUse} aria-label="GPU tokens in use" />
        <b>
          {usage.currentInUse} / {usage.maxLicensesAvailable}
        </b>
      </span>
    </div>
  );
}
