import { useState } from 'react';
import { bytesText } from '../../lib/bytes';
import { asked } from '../../live/asks';
import { Counts } from '../../ui/counts';
import { PlaceLink } from '../../ui/place-link';
import { useAllProjects } from './all-projects';
import { ProjectTile } from './project-menu';

/** All projects that I may see. */
export function Projects() {
  const [filter, setFilter] = useState('');
  const [changes, setChanges] = useState(0);
  const { projects, isWhole, problem } = useAllProjects(changes);
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
      {problem && <p className="problem pad">{problem}</p>}
      {isWhole && projects.length === 0 && <p className="muted pad">No project yet. Make the first one with “New project”.</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tiles" role="list">
        {shown.map((project) => (
          <ProjectTile key={project.id} project={project} onChanged={() => setChanges((count) => count + 1)}>
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
          </ProjectTile>
        ))}
      </ul>
    </div>
  );
}
