import { memo, useMemo, useRef } from 'react';
import { layOut, type Spot } from '../../lib/layout';
import { elementId, type Grid, handleGridKey, mouseHandlers } from '../../live/grid';
import { useBoard, useIsSelected, useRow, useSelection, useShelf } from '../../live/hooks';
import { clearSelection } from '../../live/selection';
import type { JobRow } from '../../live/shelf';
import { StatusMark, statusWord } from '../../ui/status';
import { linesOf, NODE, pointOf, sizeOf } from './geometry';
import { drawn } from './tombstones';
import { useTombstones } from './use-tombstones';

interface TreeProps {
  scope: string;
  /** The jobs to draw, tombstones of deleted ones among them. */
  rows: readonly JobRow[];
}

/** What decides where things stand: a change of anything else moves nothing. */
const shapeOf = (rows: readonly JobRow[]): string => rows.map(({ id, parents }) => `${id}<${parents.map((parent) => parent.id).join()}`).join(' ');

/** The jobs of a workspace as a graph of who uses whose outputs, from left to right. */
export function Tree({ scope, rows: all }: TreeProps) {
  const { actions } = useBoard();
  const shelf = useShelf('ids', (held) => held);
  useTombstones(shelf, all);
  const rows = useMemo(() => drawn(all), [all]);
  const scroller = useRef<HTMLDivElement>(null);
  const active = useSelection(scope).at(-1);
  const shape = shapeOf(rows);
  const picture = useMemo(() => {
    const nodes = rows.map(({ id, parents }) => ({ id, parents: parents.map((parent) => parent.id) }));
    const spots = layOut(nodes);
    return { spots, lines: linesOf(nodes, spots), size: sizeOf(spots) };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `shape` says when the picture is another
  }, [shape]);
  const grid = useMemo<Grid>(() => {
    const reveal = (id: string): void => document.getElementById(elementId(scope, id))?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return { scope, order: rows.map(({ id }) => id), columns: 1, find: shelf.job, reveal };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `shape` says when the order is another
  }, [scope, shape, shelf]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- Escape is the keyboard's way
    <div ref={scroller} className="tree-scroller" data-ground onClick={clearSelection}>
      <div
        className="tree"
        role="grid"
        tabIndex={0}
        aria-label="Tree of jobs"
        aria-multiselectable
        aria-activedescendant={active ? elementId(scope, active) : undefined}
        style={picture.size}
        onKeyDown={(event) => handleGridKey(grid, actions, event)}
      >
        <svg className="tree-lines" role="presentation" width={picture.size.width} height={picture.size.height} aria-hidden="true">
          <path d={picture.lines} />
        </svg>
        {rows.map(({ id }) => (
          <TreeNode key={id} id={id} grid={grid} spot={picture.spots.get(id)} />
        ))}
      </div>
    </div>
  );
}

interface TreeNodeProps {
  id: string;
  grid: Grid;
  spot: Spot | undefined;
}

const TreeNode = memo(function TreeNode({ id, grid, spot }: TreeNodeProps) {
  const job = useRow(id);
  const isSelected = useIsSelected(grid.scope, id);
  if (!job || !spot) return null;
  const { x, y } = pointOf(spot);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the keys
    <div
      role="row"
      tabIndex={-1}
      id={elementId(grid.scope, id)}
      className="tree-node"
      data-job={`${job.projectUid}.${job.uid}`}
      data-status={job.status}
      data-deleted={job.deleted}
      aria-selected={isSelected}
      aria-label={`${job.uid}, ${job.title || job.typeTitle}, ${job.deleted ? 'deleted' : statusWord(job.status)}`}
      style={{ left: x, top: y, width: NODE.width, height: NODE.height }}
      {...mouseHandlers(grid, id)}
    >
      <div role="gridcell">
        <p>
          <StatusMark status={job.status} />
          <span className="uid">
            <b>{job.uid}</b>
          </span>
          <span className="status">{job.deleted ? 'Deleted' : statusWord(job.status)}</span>
        </p>
        <p className="cut">{job.title || job.typeTitle}</p>
      </div>
    </div>
  );
});
