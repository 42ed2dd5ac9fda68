import { type ComponentType, useEffect, useState } from 'react';
import { refine } from '../../lib/navigate';
import { EVERYTHING, type Filter } from '../../lib/place';
import { ShelfContext, useBoard, useShelf, useStore } from '../../live/hooks';
import type { JobRow } from '../../live/shelf';
import { statusWord } from '../../ui/status';
import { type Browsed, useBrowsed } from './use-browsed';
import { csvOf } from './csv';
import { STATUSES } from './query-of';
import { ViewsBar } from './views-bar';

interface BrowseProps {
  filter: Filter;
  /** Draws the table: a place never imports another place. */
  table: ComponentType<{ ids: readonly string[]; sort: string; onSort: (sort: string) => void }>;
}

const show = (filter: Filter): void => refine({ kind: 'browse', filter });

/** Every job of every project that I may see, by filters that stand in the address. */
export function Browse({ filter, table: Table }: BrowseProps) {
  const { sources } = useBoard();
  const browsed = useBrowsed(filter);
  useEffect(() => sources.add(browsed.shelf), [sources, browsed.shelf]);
  return (
    <ShelfContext.Provider value={browsed.shelf}>
      <div className="workspace browse">
        <header className="place-head">
          <h1>
            Jobs <span className="count">{browsed.total ?? ''}</span>
          </h1>
        </header>
        <ViewsBar filter={filter} />
        <FilterBar filter={filter} browsed={browsed} />
        {browsed.problem && <p className="problem pad">{browsed.problem}</p>}
        <Table ids={browsed.ids} sort={filter.sort} onSort={(sort) => show({ ...filter, sort })} />
        {browsed.more && (
          <button type="button" className="button" onClick={browsed.more}>
            Show more
          </button>
        )}
        {browsed.total === 0 && <p className="muted pad">No job fits these filters.</p>}
      </div>
    </ShelfContext.Provider>
  );
}

function FilterBar({ filter, browsed }: { filter: Filter; browsed: Browsed }) {
  const rows = useShelf('any', (shelf) => shelf.list());
  const lanes = useStore('lanes', (store) => [...store.activeLanes(), ...store.inactiveLanes().map(({ name }) => name)].join('\n')).split('\n');
  const isFiltered = JSON.stringify({ ...filter, sort: '' }) !== JSON.stringify({ ...EVERYTHING, sort: '' });
  return (
    <div className="view-bar">
      <Search filter={filter} />
      <select
        aria-label="Lane"
        data-filter-lane
        value={filter.lanes[0] ?? ''}
        onChange={(event) => show({ ...filter, lanes: event.target.value ? [event.target.value] : [] })}
      >
        <option value="">All lanes</option>
        {[...new Set([...lanes, ...filter.lanes])].filter(Boolean).map((lane) => (
          <option key={lane}>{lane}</option>
        ))}
      </select>
      <div className="chips" role="group" aria-label="Statuses">
        {STATUSES.map((status) => (
          <label key={status} className="chip" data-status={status}>
            <input
              type="checkbox"
              checked={filter.statuses.includes(status)}
              onChange={() =>
                show({
                  ...filter,
                  statuses: filter.statuses.includes(status) ? filter.statuses.filter((held) => held !== status) : [...filter.statuses, status],
                })
              }
            />
            <span>{statusWord(status)}</span>
          </label>
        ))}
      </div>
      <Narrowed filter={filter} />
      {isFiltered && (
        <button type="button" className="button quiet" onClick={() => show({ ...EVERYTHING, sort: filter.sort })}>
          Clear filters
        </button>
      )}
      <button type="button" className="button quiet" onClick={() => download(browsed.ids, rows)}>
        CSV
      </button>
    </div>
  );
}

/** The projects and types that the address names, each to be let go of. */
function Narrowed({ filter }: { filter: Filter }) {
  return (['projects', 'types'] as const).flatMap((field) =>
    filter[field].map((name) => (
      <button
        key={`${field} ${name}`}
        type="button"
        className="button narrowed"
        aria-label={`Not only ${name}`}
        onClick={() => show({ ...filter, [field]: filter[field].filter((other) => other !== name) })}
      >
        {name} <span aria-hidden="true">✕</span>
      </button>
    )),
  );
}

const CALM_MS = 250;

/** Searches once nothing is typed for a moment; an address that says otherwise has the last word. */
function Search({ filter }: { filter: Filter }) {
  const [typed, setTyped] = useState({ text: filter.text, from: filter.text });
  if (typed.from !== filter.text) setTyped({ text: filter.text, from: filter.text });
  const { text } = typed;
  useEffect(() => {
    const timer = setTimeout(() => text !== filter.text && show({ ...filter, text }), CALM_MS);
    return () => clearTimeout(timer);
  }, [text, filter]);
  return (
    <input
      type="search"
      className="filter"
      data-filter
      aria-label="Search the jobs"
      placeholder="Search  ( / )"
      value={text}
      onChange={(event) => setTyped({ text: event.target.value, from: filter.text })}
    />
  );
}

function download(ids: readonly string[], rows: readonly JobRow[]): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const text = csvOf(ids.flatMap((id) => byId.get(id) ?? []));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = 'jobs.csv';
  link.click();
  URL.revokeObjectURL(link.href);
}
