import { useEffect, useMemo, useState } from 'react';
import { type WorkspaceChangesSubscription, WorkspaceChangesDocument, type WorkspaceWordsFragment } from '../gql/graphql';
import { goTo, refine } from '../lib/navigate';
import type { Layout, Place } from '../lib/place';
import { LAYOUTS } from '../lib/place';
import { Value } from '../lib/value';
import { ShelfContext, useBoard, useOpened, useShelf, useValue } from '../live/hooks';
import { workspaceScope } from '../live/selection';
import { type JobRow, type OpenShelf, openShelf } from '../live/shelf';
import { Cards } from '../places/cards/cards';
import { JobTable } from '../places/table/job-table';
import { sortedIds } from '../places/table/sorted';
import { Tree } from '../places/tree/tree';
import { Gone } from '../ui/gone';
import { PlaceLink } from '../ui/place-link';
import { Toggle } from '../ui/toggle';
import { WorkspaceHead } from './workspace-head';

type WorkspacePlaceProps = Omit<Extract<Place, { kind: 'workspace' }>, 'kind'>;
type Message = WorkspaceChangesSubscription['workspaceChanges'];

const LABELS: Record<Layout, string> = { cards: 'Cards', tree: 'Tree', table: 'Table' };

interface Opened extends OpenShelf {
  readonly heard: Value<WorkspaceWordsFragment | null>;
}

/** One workspace, followed live, as cards, as a tree or as a table. */
export function WorkspacePlace(place: WorkspacePlaceProps) {
  const { client } = useBoard();
  const { project, workspace } = place;
  const opened = useOpened((): Opened => {
    const heard = new Value<WorkspaceWordsFragment | null>(null);
    const read = (message: Message): Message => {
      const { workspace: now } = message; // it comes with every change of a job
      if (now && JSON.stringify(now) !== JSON.stringify(heard.get())) heard.set(now);
      return message;
    };
    const variables = { projectUid: project, workspaceUid: workspace };
    return { heard, ...openShelf<Message>(client, { document: WorkspaceChangesDocument, variables, read }) };
  }, `${project}.${workspace}`);
  return opened && <Followed opened={opened} {...place} />;
}

function Followed({ opened, ...place }: WorkspacePlaceProps & { opened: Opened }) {
  const { sources } = useBoard();
  const { shelf } = opened;
  const present = useValue(opened.heard);
  const isRefused = useValue(opened.isRefused);
  useEffect(() => (isRefused ? undefined : sources.add(shelf)), [shelf, isRefused, sources]);
  if (isRefused) return <Gone what={`workspace ${place.project} ${place.workspace}`} wasSeen={present !== null} />;
  return (
    <ShelfContext.Provider value={shelf}>
      <Shown present={present} {...place} />
    </ShelfContext.Provider>
  );
}

/** Whether the words are found in what a card says of the job. */
function isFound(row: JobRow, words: readonly string[]): boolean {
  const text = `${row.uid} ${row.title} ${row.typeTitle} ${row.status} ${row.tags.map(({ title }) => title).join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function Shown({ present, project, workspace, layout }: WorkspacePlaceProps & { present: WorkspaceWordsFragment | null }) {
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState('uid');
  const isComplete = useShelf('ids', (shelf) => shelf.isComplete());
  const ids = useShelf('ids', (shelf) => shelf.ids());
  const rows = useShelf('any', (shelf) => shelf.list());
  const scope = workspaceScope(project, workspace);
  const words = useMemo(() => filter.toLowerCase().split(/\s+/).filter(Boolean), [filter]);
  const living = rows.filter((row) => !row.deleted);
  const found = words.length > 0 ? living.filter((row) => isFound(row, words)) : living;
  const order = useStable(layout === 'table' ? sortedIds(found, sort) : found.map(({ id }) => id));
  return (
    <div className="workspace">
      <WorkspaceHead project={project} workspace={workspace} count={living.length} present={present} />
      {present?.deleted && (
        <p className="banner" role="status">
          This workspace has been deleted. <PlaceLink to={{ kind: 'project', project }}>See the others of {project}</PlaceLink>
        </p>
      )}
      <div className="view-bar">
        <Toggle
          legend="View"
          name="layout"
          choices={LAYOUTS.map((choice) => ({ value: choice, label: LABELS[choice] }))}
          value={layout}
          onChoose={(next) => refine({ kind: 'workspace', project, workspace, layout: next })}
        />
        <input
          type="search"
          className="filter"
          data-filter
          aria-label="Filter the jobs shown"
          placeholder="Filter  ( / )"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <span className="small">{words.length > 0 && `${found.length} of ${living.length}`}</span>
        <button type="button" className="button main" disabled={present?.deleted || present?.project.archived} onClick={() => goTo({ kind: 'build', project, workspace, job: null })}>
          New job
        </button>
      </div>
      {isComplete && ids.length === 0 && !present?.deleted && <Empty />}
      {!isComplete && (
        <p className="muted pad late" role="status">
          Loading the jobs…
        </p>
      )}
      {isComplete && ids.length > 0 && layout === 'cards' && <Cards scope={scope} ids={order} />}
      {isComplete && ids.length > 0 && layout === 'table' && (
        <JobTable scope={scope} ids={order} label="Jobs of this workspace" sort={sort} onSort={setSort} />
      )}
      {isComplete && ids.length > 0 && layout === 'tree' && <Tree scope={scope} rows={rows} />}
    </div>
  );
}

/** The same list as long as it reads the same. */
function useStable(ids: readonly string[]): readonly string[] {
  const text = ids.join(' ');
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the text says whether the ids are others
  return useMemo(() => ids, [text]);
}

function Empty() {
  return (
    <div className="quiet-board">
      <p>
        <b>No jobs here yet.</b>
      </p>
      <p>Build the first one with “New job”. A chain starts with an import, or with simulated data to try things out.</p>
    </div>
  );
}
