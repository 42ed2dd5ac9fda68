import { type KeyboardEvent, useState } from 'react';
import { SpotlightJobsDocument, SpotlightPlacesDocument } from '../../gql/graphql';
import { goTo, openOverlay } from '../../lib/navigate';
import { EVERYTHING } from '../../lib/place';
import { asked, closeAsk } from '../../live/asks';
import { openJob } from '../../live/grid';
import { useBoard } from '../../live/hooks';
import { searchFilter, useTypeNames } from '../../live/job-search';
import { useAnswer } from '../../live/query';
import { Dialog } from '../../ui/dialog';
import { statusWord } from '../../ui/status';
import { type Hit, matches, placeNamed } from './spotlight-match';

/** Places that are always there. */
function fixedHits(isAdmin: boolean): Hit[] {
  return [
    { id: 'home', label: 'Home', hint: 'place', go: () => goTo({ kind: 'home' }) },
    { id: 'current', label: 'Current Jobs', hint: 'dialog', go: () => openOverlay({ kind: 'jobs', view: 'all' }) },
    { id: 'all-jobs', label: 'All jobs', hint: 'table', go: () => goTo({ kind: 'browse', filter: EVERYTHING }) },
    { id: 'all-projects', label: 'All projects', hint: 'place', go: () => goTo({ kind: 'projects' }) },
    { id: 'new-project', label: 'New project', hint: 'action', go: () => asked.set({ kind: 'new-project' }) },
    ...(isAdmin ? [{ id: 'admin', label: 'Administration', hint: 'place', go: () => goTo({ kind: 'admin', section: 'lanes' }) }] : []),
    { id: 'keys', label: 'Keys', hint: 'help', go: () => asked.set({ kind: 'keys' }) },
  ];
}

/** The place of these numbers, also one that is not in the list. */
function namedHits(text: string): Hit[] {
  const named = placeNamed(text);
  if (!named) return [];
  const { project, workspace } = named;
  const go = (): void => goTo(workspace ? { kind: 'workspace', project, workspace, layout: 'cards' } : { kind: 'project', project });
  return [{ id: workspace ? `${project}.${workspace}` : project, label: workspace ? `${project} ${workspace}` : project, hint: 'by number', go }];
}

function useHits(text: string): Hit[] {
  const { viewer } = useBoard();
  const asks = text.trim();
  const places = useAnswer(SpotlightPlacesDocument, {});
  const types = useTypeNames(true);
  const jobs = useAnswer(SpotlightJobsDocument, asks.length > 1 ? { filter: searchFilter(asks, types) } : null);
  const projects = (places.data?.projects?.nodes ?? []).flatMap((project): Hit[] => [
    { id: project.uid, label: `${project.uid} ${project.title}`, hint: 'project', go: () => goTo({ kind: 'project', project: project.uid }) },
    ...project.workspaces.nodes.map((workspace) => ({
      id: `${project.uid}.${workspace.uid}`,
      label: `${project.uid} ${workspace.uid} ${workspace.title ?? ''}`,
      hint: 'workspace',
      go: () => goTo({ kind: 'workspace', project: project.uid, workspace: workspace.uid, layout: 'cards' }),
    })),
  ]);
  const found = (jobs.data?.jobs?.nodes ?? []).map((job) => ({
    id: job.id,
    label: `${job.projectUid} ${job.uid} ${job.title || job.typeTitle}`,
    hint: statusWord(job.status),
    go: () => openJob(job),
  }));
  const fitting = [...fixedHits(viewer.role === 'ADMIN'), ...projects].filter(({ label }) => matches(label, text));
  const named = namedHits(text).filter(({ id }) => !fitting.some((place) => place.id === id));
  return [...named, ...found, ...fitting].slice(0, 12);
}

/** Jump to anything by typing a part of its name. */
export function Spotlight() {
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const hits = useHits(text);
  const at = Math.min(index, hits.length - 1);
  const choose = (hit: Hit | undefined): void => {
    if (!hit) return;
    closeAsk();
    hit.go();
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setIndex(Math.min(hits.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setIndex(Math.max(0, at - 1));
    else if (event.key === 'Enter') choose(hits[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" onClose={closeAsk} wide>
      <input
        className="spotlight-input"
        role="combobox"
        aria-label="Go to"
        aria-expanded
        aria-controls="spotlight-hits"
        aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
        placeholder="A job, a project, a workspace, “all”…"
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
        onKeyDown={handleKey}
      />
      <div id="spotlight-hits" role="listbox" aria-label="Found" className="hits">
        {hits.map((hit, place) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are those of the field above
          <div key={hit.id} id={`hit-${place}`} role="option" tabIndex={-1} aria-selected={place === at} className="hit" onClick={() => choose(hit)}>
            <span className="cut">{hit.label}</span>
            <span className="small">{hit.hint}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}
