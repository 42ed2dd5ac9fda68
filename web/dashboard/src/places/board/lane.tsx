import { type KeyboardEvent, memo, useId, useMemo, useRef, useState } from 'react';
import { goTo } from '../../lib/navigate';
import { EVERYTHING } from '../../lib/place';
import type { View } from '../../lib/view';
import { scrollToRow, useWindow } from '../../lib/window';
import { elementId, type Grid, handleGridKey } from '../../live/grid';
import { menuAsked } from '../../live/asks';
import { useBoard, useLane, useLaneList, useSelection, useStore, useValue } from '../../live/hooks';
import type { LaneList } from '../../live/lane-list';
import { NO_LANE } from '../../live/store';
import { Card } from './card';
import { useHeldOrder } from './held-order';
import { focusNextLane } from './lane-focus';
import { LaneHead } from './lane-head';
import { shownIn } from './shown';

const SCOPE = 'current';
/** Height of a card with the gap below it: all cards of a lane are of one height. */
const ROW_HEIGHT = 134;
const CURRENT = ['QUEUED', 'LAUNCHED', 'STARTED', 'WAITING', 'RUNNING'];

interface LaneProps {
  name: string;
  view: View;
}

/** One active lane: its header, its jobs in the order they run, and its footer. */
export const Lane = memo(function Lane({ name, view }: LaneProps) {
  const lane = useLane(name);
  const list = useLaneList(name);
  const titleId = useId();
  const shown = useMemo(() => shownIn(view, list), [view, list]);
  const details = { ...EVERYTHING, lanes: name === NO_LANE ? [] : [name], statuses: CURRENT };
  return (
    <section className="lane" aria-labelledby={titleId} data-lane={name}>
      <LaneHead name={name} lane={lane} list={list} shown={shown.length} titleId={titleId} />
      {shown.length === 0 ? <p className="lane-empty">No {view} jobs in this lane</p> : <Jobs shown={shown} list={list} titleId={titleId} />}
      <footer className="lane-foot">
        <button type="button" className="button quiet" onClick={() => goTo({ kind: 'browse', filter: details })}>
          View Details
        </button>
      </footer>
    </section>
  );
});

interface JobsProps {
  shown: readonly string[];
  list: LaneList;
  titleId: string;
}

function Jobs({ shown: now, list, titleId }: JobsProps) {
  const { store, actions } = useBoard();
  const [isUnderPointer, setUnderPointer] = useState(false);
  const [isUnderKeys, setUnderKeys] = useState(false);
  const isMenuOpen = useValue(menuAsked) !== null;
  const { order: shown, moved, apply } = useHeldOrder(now, isUnderPointer || isUnderKeys || isMenuOpen);
  const element = useRef<HTMLDivElement>(null);
  const active = useSelection(SCOPE).at(-1);
  const isHere = active !== undefined && shown.includes(active);
  const span = useWindow(element, shown.length, ROW_HEIGHT);
  const drawn = shown.slice(span.first, span.end);
  const grid = useMemo<Grid>(() => {
    const reveal = (id: string): void => scrollToRow(element.current, shown.indexOf(id), ROW_HEIGHT);
    return { scope: SCOPE, order: shown, columns: 1, find: store.job, reveal };
  }, [shown, store]);
  const handleKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const isPlain = !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (isPlain && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) focusNextLane(event);
    else handleGridKey(grid, actions, event);
  };
  return (
    <div className="lane-body" onPointerEnter={() => setUnderPointer(true)} onPointerLeave={() => setUnderPointer(false)}>
      {moved > 0 && (
        <button type="button" className="button quiet moved" onClick={apply}>
          {moved} moved · apply
        </button>
      )}
      <div
        ref={element}
        className="lane-jobs"
        role="grid"
        tabIndex={0}
        aria-labelledby={titleId}
        aria-multiselectable
        aria-rowcount={shown.length}
        aria-activedescendant={isHere && drawn.includes(active) ? elementId(SCOPE, active) : undefined}
        data-first={shown[0]}
        onFocus={(event) => setUnderKeys(event.target.matches(':focus-visible'))}
        onBlur={() => setUnderKeys(false)}
        onKeyDown={handleKey}
      >
        <div role="rowgroup" className="lane-rows" style={{ height: span.total, paddingTop: span.above }}>
          {drawn.map((id) => (
            <PlacedCard key={id} id={id} grid={grid} list={list} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface PlacedCardProps {
  id: string;
  grid: Grid;
  list: LaneList;
}

function PlacedCard({ id, grid, list }: PlacedCardProps) {
  const isHeld = useStore(`job:${id}`, (store) => store.job(id)?.onHold ?? false);
  const index = list.queued.indexOf(id);
  return <Card id={id} grid={grid} place={index < 0 || isHeld ? null : index + 1} />;
}
