import { useState } from 'react';
import { ProjectPageDocument } from '../../gql/graphql';
import { bytesText } from '../../lib/bytes';
import { asked } from '../../live/asks';
import { useStore } from '../../live/hooks';
import { useAnswer } from '../../live/query';
import { Counts } from '../../ui/counts';
import { Markdown } from '../../ui/markdown';
import { PlaceLink } from '../../ui/place-link';
import { People } from './people';
import { Settings } from './settings';
import { type Project, useUpdate } from './update';

/** One project: its workspaces, its size, who may see it, and what can be done to all of it. */
export function ProjectPlace({ project }: { project: string }) {
  const [changes, setChanges] = useState(0);
  const counts = useStore('counts', (store) => store.counts());
  const { data, problem, isLoading } = useAnswer(ProjectPageDocument, { projectUid: project }, `${changes} ${counts.active} ${counts.queued}`);
  const found = data?.project;
  if (!found) return <p className="pad problem">{problem ?? (isLoading ? '' : `There is no project ${project}.`)}</p>;
  return (
    <div className="place-scroll">
      <Head project={found} />
      <Tools project={found} onChanged={() => setChanges((count) => count + 1)} />
      {found.workspaces.nodes.length === 0 && <p className="muted pad">No workspace yet. Jobs are made in a workspace.</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tiles" role="list">
        {found.workspaces.nodes.map((workspace) => (
          <li key={workspace.id} className="tile" data-workspace={workspace.uid}>
            <h2>
              <PlaceLink to={{ kind: 'workspace', project, workspace: workspace.uid, layout: 'cards' }}>
                <span className="uid">{workspace.uid}</span> {workspace.title ?? 'Untitled'}
              </PlaceLink>
            </h2>
            <p className="small">Changed {new Date(workspace.updatedAt).toLocaleString()}</p>
            <Counts counts={workspace.jobCounts} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Head({ project }: { project: Project }) {
  const people = [project.owner, ...project.usersWithAccess].flatMap((user) => user?.name ?? []);
  return (
    <header className="place-head">
      <p className="crumbs">
        <PlaceLink to={{ kind: 'projects' }}>Projects</PlaceLink>
      </p>
      <h1>
        <span className="uid">{project.uid}</span> {project.title}
        {project.archived && <span className="badge">Archived</span>}
        {project.queuePaused && <span className="badge">Queue paused</span>}
      </h1>
      {project.description && <Markdown text={project.description} />}
      <p className="small">
        {bytesText(project.size)} on disk, {bytesText(project.intermediateResultsSizeBytes)} of it intermediate · {project.projectDir} ·{' '}
        {[...new Set(people)].join(', ')}
      </p>
    </header>
  );
}

function Tools({ project, onChanged }: { project: Project; onChanged: () => void }) {
  const update = useUpdate(project, onChanged);
  return (
    <div className="view-bar">
      <button type="button" className="button" onClick={() => asked.set({ kind: 'clear-project', project: project.uid, title: project.title })}>
        Clear Intermediate Results…
      </button>
      <button type="button" className="button" onClick={() => void update({ queuePaused: !project.queuePaused })}>
        {project.queuePaused ? 'Resume the queue' : 'Pause the queue'}
      </button>
      <Settings project={project} onChanged={onChanged} />
      <People project={project} onChanged={onChanged} />
      <button type="button" className="button main" disabled={project.archived} onClick={() => asked.set({ kind: 'new-workspace', project: project.uid })}>
        New workspace
      </button>
    </div>
  );
}
