import { memo, useId, useState } from 'react';
import type { ActionName } from '../../live/actions';
import { useLane, useLaneList, useStore } from '../../live/hooks';
import type { LaneList } from '../../live/lane-list';
import type { Job, Lane as LaneRow } from '../../live/objects';
import { NO_LANE } from '../../live/store';
import type { View } from '../../lib/url';
import { Card } from './card';
import { countText, shownIn } from './shown';

interface LaneProps {
  name: string;
  view: View;
  onAction: (action: ActionName, job: Job) => void;
}

/** One active lane: its header, and its jobs in the order they run. */
export const Lane = memo(function Lane({ name, view, onAction }: LaneProps) {
  const lane = useLane(name);
  const list = useLaneList(name);
  const titleId = useId();
  const shown = shownIn(view, list);
  return (
    <section className="lane" aria-labelledby={titleId} data-lane={name}>
      <LaneHead name={name} lane={lane} list={list} shown={shown.length} titleId={titleId} />
      {shown.length === 0 ? (
        <p className="lane-empty">No {view} jobs in this lane</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets
        <ul className="lane-jobs" role="list">
          {shown.map((id) => (
            <li key={id}>
              <PlacedCard id={id} list={list} onAction={onAction} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
});

interface PlacedCardProps {
  id: string;
  list: LaneList;
  onAction: LaneProps['onAction'];
}

function PlacedCard({ id, list, onAction }: PlacedCardProps) {
  const isHeld = useStore(`job:${id}`, (store) => store.job(id)?.onHold ?? false);
  const index = list.queued.indexOf(id);
  return <Card id={id} place={index < 0 || isHeld ? null : index + 1} onAction={onAction} />;
}

interface LaneHeadProps {
  name: string;
  lane: LaneRow | undefined;
  list: LaneList;
  shown: number;
  titleId: string;
}

function LaneHead({ name, lane, list, shown, titleId }: LaneHeadProps) {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const title = lane?.title ?? (name === NO_LANE ? 'Outside of lanes' : name);
  const total = list.active.length + list.queued.length;
  return (
    <header className="lane-head">
      <h2 id={titleId}>
        <button type="button" aria-expanded={isOpen} aria-controls={detailsId} onClick={() => setOpen(!isOpen)}>
          <span className="cut">{title}</span>
          <span className="lane-count" title="Jobs shown, of all in the lane">
            {countText(shown, total)}
          </span>
        </button>
      </h2>
      <p className="small lane-facts">
        {lane && <span>{lane.type === 'NODE' ? 'Node lane' : 'Cluster lane'}</span>}
        <span>{list.active.length} active</span>
        <span>{list.queued.length} queued</span>
        {lane?.drained && <span className="badge">Drained</span>}
      </p>
      <dl id={detailsId} className="lane-details small" hidden={!isOpen}>
        <dt>Title</dt>
        <dd>{title}</dd>
        <dt>Name</dt>
        <dd>{name}</dd>
        <dt>About</dt>
        <dd>{lane?.desc ?? 'No description'}</dd>
      </dl>
    </header>
  );
}
