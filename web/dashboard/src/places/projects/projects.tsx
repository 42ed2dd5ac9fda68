import { useState } from 'react';
import { bytesText } from '../../lib/bytes';
import { goTo } from '../../lib/navigate';
import { asked } from '../../live/asks';
import { Counts } from '../../ui/counts';
import type { MenuItem } from '../../ui/menu';
import { MenuTile } from '../../ui/menu-tile';
import { PlaceLink } from '../../ui/place-link';
import { useUpdate } from './update';
import { type ListedProject, useProjects } from './use-projects';

/** All projects that I may see. */
export function Projects() {
  const [filter, setFilter] = useState('');
  const { rows: projects, isWhole } = useProjects();
  const shown = projects.filter((project) => `${project.uid} ${project.title}`.toLowerCase().includes(filter.toLowerCase()));
  return (
    <div className="place-scroll">
      <header className="place-head">
        <h1>
          Projects <span className="count">{isWhole ? projects.length : ''}</span>
        </h1>
      </header>
      <div className="view-bar">
        <input
          type="search"
          className="filter"
          data-filter
          aria-label="Filter the projects"
          placeholder="Filter  ( / )"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <button type="button" className="button main" onClick={() => asked.set({ kind: 'new-project' })}>
          New project
        </button>
      </div>
      {!isWhole && <p className="muted pad late">Loading the projects…</p>}
      {isWhole && projects.length === 0 && <p className="muted pad">No project yet. Make the first one with “New project”.</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tiles" role="list">
        {shown.map((project) => (
          <ProjectTile key={project.id} project={project} />
        ))}
      </ul>
    </div>
  );
}

function ProjectTile({ project }: { project: ListedProject }) {
  const items = useItems(project);
  return (
    <MenuTile kind="project" uid={project.uid} items={items}>
      <h2>
        <PlaceLink to={{ kind: 'project', project: project.uid }}>
          <span className="uid">{project.uid}</span> {project.title}
        </PlaceLink>
      </h2>
      <p className="small">
        {project.owner?.name} · {bytesText(project.size)}
        {project.archived && <span className="badge">Archived</span>}
        {project.queuePaused && <span className="badge">Queue paused</span>}
      </p>
      <Counts counts={project.jobCounts} />
    </MenuTile>
  );
}

function useItems(project: ListedProject): MenuItem[] {
  const update = useUpdate(project);
  const { uid, title, queuePaused, archived } = project;
  const refusal = archived ? 'The project is archived.' : undefined;
  return [
    { id: 'open', label: 'Open', run: () => goTo({ kind: 'project', project: uid }) },
    { id: 'clear_intermediate', label: 'Clear Intermediate Results…', refusal, run: () => asked.set({ kind: 'clear-project', project: uid, title }) },
    { id: 'pause', label: queuePaused ? 'Resume the queue' : 'Pause the queue', refusal, run: () => void update({ queuePaused: !queuePaused }) },
    { id: 'delete', label: 'Delete…', refusal, danger: true, run: () => asked.set({ kind: 'delete-place', project: uid, workspace: null, title }) },
  ];
}
