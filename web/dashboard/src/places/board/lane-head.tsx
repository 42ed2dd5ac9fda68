import { useId, useState } from 'react';
import type { LaneList } from '../../live/lane-list';
import type { Lane as LaneRow } from '../../live/objects';
import { NO_LANE } from '../../live/store';
import { countText } from './shown';

interface LaneHeadProps {
  name: string;
  lane: LaneRow | undefined;
  list: LaneList;
  shown: number;
  titleId: string;
}

/** Title, type and number of jobs; a click tells more. */
export function LaneHead({ name, lane, list, shown, titleId }: LaneHeadProps) {
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const title = lane?.title ?? (name === NO_LANE ? 'Outside of lanes' : name);
  const total = list.active.length + list.queued.length;
  return (
    <header className="lane-head">
      <h3 id={titleId}>
        <button type="button" aria-expanded={isOpen} aria-controls={detailsId} onClick={() => setOpen(!isOpen)}>
          <span className="cut">{title}</span>
          <span className="lane-count" title="Jobs shown, of all in the lane">
            {countText(shown, total)}
          </span>
        </button>
      </h3>
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
