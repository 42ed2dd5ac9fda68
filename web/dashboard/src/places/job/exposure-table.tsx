import { useRef } from 'react';
import { useWindow } from '../../lib/window';
import { type Choices, type Exposure, isAccepted, type Measure, rejectedBy } from './curation';

const ROW_HEIGHT = 30;

/** The name of a measure, or `index`, and in which direction. */
export interface ExposureOrder {
  readonly by: string;
  readonly isFalling: boolean;
}

const valueIn = (exposure: Exposure, by: string): number => (by === 'index' ? exposure.index : (exposure.values[by] ?? Number.NEGATIVE_INFINITY));

export function ordered(exposures: readonly Exposure[], { by, isFalling }: ExposureOrder): Exposure[] {
  const sign = isFalling ? -1 : 1;
  return exposures.toSorted((a, b) => sign * (valueIn(a, by) - valueIn(b, by)) || a.index - b.index);
}

interface ExposureTableProps {
  rows: readonly Exposure[];
  measures: readonly Measure[];
  choices: Choices;
  order: ExposureOrder;
  onOrder: (order: ExposureOrder) => void;
  onLook: (exposure: Exposure) => void;
  onDecide: (exposure: Exposure, isKept: boolean) => void;
}

/** Exposures as rows, each with a tick if it is accepted; sorted by a click on a heading. */
export function ExposureTable({ rows, measures, choices, order, onOrder, onLook, onDecide }: ExposureTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const span = useWindow(scroller, rows.length, ROW_HEIGHT);
  const titles = new Map(measures.map(({ name, title }) => [name, title]));
  return (
    <div ref={scroller} className="table-scroller">
      <table className="job-table exposures" aria-label="Exposures" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {[{ name: 'index', title: 'Exposure' }, ...measures].map(({ name, title }) => (
              <Heading key={name} name={name} title={title} order={order} onOrder={onOrder} />
            ))}
            <th scope="col">Decided by</th>
          </tr>
        </thead>
        <tbody>
          {span.above > 0 && <tr aria-hidden="true" style={{ height: span.above }} />}
          {rows.slice(span.first, span.end).map((exposure) => {
            const isKept = isAccepted(exposure, choices);
            const isByHand = exposure.index in choices.byHand;
            return (
              <tr key={exposure.index} data-exposure={exposure.index} data-accepted={isKept} onMouseEnter={() => onLook(exposure)}>
                <th scope="row">
                  <label className="choice">
                    <input type="checkbox" checked={isKept} onFocus={() => onLook(exposure)} onChange={(event) => onDecide(exposure, event.target.checked)} />
                    {exposure.name}
                  </label>
                </th>
                {measures.map(({ name }) => (
                  <td key={name} className="number">
                    {exposure.values[name]?.toLocaleString() ?? '–'}
                  </td>
                ))}
                <td className="wide">{isByHand ? 'hand' : rejectedBy(exposure, choices).map((name) => titles.get(name)).join(', ')}</td>
              </tr>
            );
          })}
          {span.end < rows.length && <tr aria-hidden="true" style={{ height: (rows.length - span.end) * ROW_HEIGHT }} />}
        </tbody>
      </table>
      {rows.length === 0 && <p className="muted pad">No exposures.</p>}
    </div>
  );
}

interface HeadingProps {
  name: string;
  title: string;
  order: ExposureOrder;
  onOrder: (order: ExposureOrder) => void;
}

function Heading({ name, title, order, onOrder }: HeadingProps) {
  const isSorted = order.by === name;
  const direction = order.isFalling ? 'descending' : 'ascending';
  return (
    <th scope="col" {...(isSorted && { 'aria-sort': direction })}>
      <button type="button" onClick={() => onOrder({ by: name, isFalling: isSorted && !order.isFalling })}>
        {title}
        {isSorted && <span aria-hidden="true">{order.isFalling ? ' ↓' : ' ↑'}</span>}
      </button>
    </th>
  );
}
