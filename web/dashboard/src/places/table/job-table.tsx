import { memo, useMemo, useRef } from 'react';
import { bytesText } from '../../lib/bytes';
import { useWindow } from '../../lib/window';
import { elementId, type Grid, handleGridKey, mouseHandlers, openMenuAt } from '../../live/grid';
import { useBoard, useIntent, useIsSelected, useRow, useSelection, useShelf } from '../../live/hooks';
import { ACTIONS } from '../../live/action-table';
import { inStatusSince } from '../../live/objects';
import { clearSelection } from '../../live/selection';
import { Age } from '../../ui/age';
import { Dots } from '../../ui/icons';
import { StatusMark, statusWord } from '../../ui/status';
import { COLUMNS, type Column, nextSort } from './columns';

const ROW_HEIGHT = 34;

interface JobTableProps {
  scope: string;
  ids: readonly string[];
  label: string;
  /** The sort field with a leading "-" for the greatest first. */
  sort: string;
  onSort: (sort: string) => void;
  /** Also say of which project each job is. */
  hasProjects?: boolean;
}

/** Jobs as rows of a table, sorted by a click on a heading. */
export function JobTable({ scope, ids, label, sort, onSort, hasProjects = false }: JobTableProps) {
  const { actions } = useBoard();
  const find = useShelf('ids', (shelf) => shelf.job);
  const scroller = useRef<HTMLDivElement>(null);
  const active = useSelection(scope).at(-1);
  const span = useWindow(scroller, ids.length, ROW_HEIGHT);
  const grid = useMemo<Grid>(() => {
    const reveal = (id: string): void => {
      const top = ids.indexOf(id) * ROW_HEIGHT;
      const element = scroller.current;
      if (element && (top < element.scrollTop || top + 2 * ROW_HEIGHT > element.scrollTop + element.clientHeight)) element.scrollTop = top - 60;
    };
    return { scope, order: ids, columns: 1, find, reveal };
  }, [scope, ids, find]);
  const shown = ids.slice(span.first, span.end);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- Escape is the keyboard's way
    <div ref={scroller} className="table-scroller" data-ground onClick={clearSelection}>
      <table
        className="job-table"
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable
        aria-rowcount={ids.length + 1}
        aria-activedescendant={active && shown.includes(active) ? elementId(scope, active) : undefined}
        onKeyDown={(event) => handleGridKey(grid, actions, event)}
      >
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {span.above > 0 && <tr aria-hidden="true" style={{ height: span.above }} />}
          {shown.map((id) => (
            <Row key={id} id={id} grid={grid} hasProjects={hasProjects} />
          ))}
          {span.end < ids.length && <tr aria-hidden="true" style={{ height: (ids.length - span.end) * ROW_HEIGHT }} />}
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps {
  column: Column;
  sort: string;
  onSort: (sort: string) => void;
}

function Heading({ column: { id, label, field }, sort, onSort }: HeadingProps) {
  const isSorted = field !== null && sort.replace('-', '') === field;
  const direction = sort.startsWith('-') ? 'descending' : 'ascending';
  return (
    <th scope="col" data-column={id} {...(isSorted && { 'aria-sort': direction })}>
      {field ? (
        <button type="button" onClick={() => onSort(nextSort(sort, field))}>
          {label}
          {isSorted && <span aria-hidden="true">{direction === 'descending' ? ' ↓' : ' ↑'}</span>}
        </button>
      ) : (
        label || <span className="unseen">Menu</span>
      )}
    </th>
  );
}

interface RowProps {
  id: string;
  grid: Grid;
  hasProjects: boolean;
}

const Row = memo(function Row({ id, grid, hasProjects }: RowProps) {
  const job = useRow(id);
  const isSelected = useIsSelected(grid.scope, id);
  const intent = useIntent(id);
  if (!job) return null;
  const since = inStatusSince(job);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the keys
    <tr
      id={elementId(grid.scope, id)}
      data-job={`${job.projectUid}.${job.uid}`}
      data-status={job.status}
      aria-selected={isSelected}
      {...mouseHandlers(grid, id)}
    >
      <td className="uid">
        {hasProjects && `${job.projectUid} `}
        <b>{job.uid}</b>
      </td>
      <td>
        <span className="row-status">
          <StatusMark status={job.status} />
          <span className="status">{intent ? ACTIONS[intent].underWay : statusWord(job.status)}</span>
        </span>
      </td>
      <td className="wide">
        <span className="cut">{job.title || <span className="muted">{job.typeTitle}</span>}</span>
      </td>
      <td>{job.typeTitle}</td>
      <td>{job.queuedToLane}</td>
      <td className="number">{job.priority}</td>
      <td>{job.createdBy?.name}</td>
      <td className="number">{since && <Age since={since} />}</td>
      <td className="number">{job.jobDirSize > 0 ? bytesText(job.jobDirSize) : ''}</td>
      <td>
        <button
          type="button"
          className="icon-button"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-label={`Menu of ${job.uid}`}
          onClick={(event) => openMenuAt(grid, id, event.currentTarget)}
        >
          <Dots />
        </button>
      </td>
    </tr>
  );
});
