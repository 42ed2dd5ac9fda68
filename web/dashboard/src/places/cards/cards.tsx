import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { scrollToRow, useWindow } from '../../lib/window';
import { elementId, type Grid, handleGridKey, mouseHandlers, openMenuAt } from '../../live/grid';
import { ACTIONS } from '../../live/action-table';
import { useBoard, useIntent, useIsActive, useIsSelected, useRow, useSelection, useShelf } from '../../live/hooks';
import { inStatusSince, PHASES } from '../../live/objects';
import { clearSelection } from '../../live/selection';
import type { JobRow } from '../../live/shelf';
import { Age } from '../../ui/age';
import { Dots, Star } from '../../ui/icons';
import { Progress } from '../../ui/progress';
import { StatusMark, statusWord } from '../../ui/status';

const CARD_WIDTH = 256;
/** Height of a row of cards with the gap below it; all cards are of one height. */
const ROW_HEIGHT = 114;

interface CardsProps {
  scope: string;
  /** The jobs to show, in order. */
  ids: readonly string[];
}

/** The jobs of a workspace as cards, in the order they were made. */
export function Cards({ scope, ids }: CardsProps) {
  const { actions } = useBoard();
  const find = useShelf('ids', (shelf) => shelf.job);
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns(scroller);
  const active = useSelection(scope).at(-1);
  const span = useWindow(scroller, Math.ceil(ids.length / columns), ROW_HEIGHT);
  const grid = useMemo<Grid>(() => {
    const reveal = (id: string): void => scrollToRow(scroller.current, Math.floor(ids.indexOf(id) / columns), ROW_HEIGHT);
    return { scope, order: ids, columns, find, reveal };
  }, [scope, ids, columns, find]);
  const shown = ids.slice(span.first * columns, span.end * columns);
  return (
    // A click on the ground lets go of all: Escape is the keyboard's way.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
    <div ref={scroller} className="cards-scroller" data-ground onClick={clearSelection}>
      <div
        className="cards"
        role="grid"
        tabIndex={0}
        aria-label="Jobs of this workspace"
        aria-multiselectable
        aria-rowcount={ids.length}
        aria-activedescendant={active && shown.includes(active) ? elementId(scope, active) : undefined}
        style={{ minHeight: span.total, paddingTop: span.above, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
        onKeyDown={(event) => handleGridKey(grid, actions, event)}
      >
        {shown.map((id) => (
          <WorkspaceCard key={id} id={id} grid={grid} />
        ))}
      </div>
    </div>
  );
}

function useColumns(element: React.RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(4);
  useLayoutEffect(() => {
    const found = element.current;
    if (!found) return;
    const measure = (): void => setColumns(Math.max(1, Math.floor((found.clientWidth - 20) / CARD_WIDTH)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(found);
    return () => observer.disconnect();
  }, [element]);
  return columns;
}

const WorkspaceCard = memo(function WorkspaceCard({ id, grid }: { id: string; grid: Grid }) {
  const job = useRow(id);
  const isSelected = useIsSelected(grid.scope, id);
  const isActive = useIsActive(grid.scope, id);
  const intent = useIntent(id);
  if (!job) return null;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the keys
    <div
      role="row"
      tabIndex={-1}
      id={elementId(grid.scope, id)}
      className="card job-card"
      data-job={`${job.projectUid}.${job.uid}`}
      data-status={job.status}
      aria-selected={isSelected}
      aria-label={`${job.uid}, ${job.title || job.typeTitle}, ${statusWord(job.status)}`}
      {...mouseHandlers(grid, id)}
    >
      <div role="gridcell">
        <header className="card-head">
          <StatusMark status={job.status} />
          <span className="uid">
            <b>{job.uid}</b>
          </span>
          <span className="status">{intent ? ACTIONS[intent].underWay : statusWord(job.status)}</span>
          {job.starred && <Star given />}
          <button
            type="button"
            className="icon-button"
            tabIndex={isActive ? 0 : -1}
            aria-haspopup="menu"
            aria-label={`Menu of ${job.uid}`}
            onClick={(event) => openMenuAt(grid, id, event.currentTarget)}
          >
            <Dots />
          </button>
        </header>
        <CardBody job={job} />
      </div>
    </div>
  );
});

function CardBody({ job }: { job: JobRow }) {
  const since = inStatusSince(job);
  const isActive = PHASES[job.status] === 'active';
  return (
    <>
      <h3 className="card-type cut">{job.title || job.typeTitle}</h3>
      <p className="small">
        <span className="cut">{job.title && job.title !== job.typeTitle ? job.typeTitle : (job.createdBy?.name ?? '')}</span>
        {since && (
          <span>
            <Age since={since} />
          </span>
        )}
      </p>
      {isActive && job.progress && (
        <div className="card-progress">
          <Progress fraction={job.progress.fraction} label="Progress" />
        </div>
      )}
      {job.status === 'QUEUED' && <p className="small waiting">{job.waitingFor?.message}</p>}
      {job.status === 'WAITING' && <p className="small waiting">Waits for an answer</p>}
      <footer className="card-tags">
        {job.isFinalResult && <span className="tag">Final</span>}
        {job.workspaceUids.length > 1 && <span className="tag">Linked</span>}
        {job.hasError && job.status !== 'FAILED' && <span className="tag" data-colour="RED">Error</span>}
        {job.hasWarning && <span className="tag" data-colour="YELLOW">Warning</span>}
        {job.tags.map((tag) => (
          <span key={tag.id} className="tag" data-colour={tag.colour}>
            {tag.title}
          </span>
        ))}
      </footer>
    </>
  );
}
