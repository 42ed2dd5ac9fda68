import { bytesText } from '../../lib/bytes';
import { goTo } from '../../lib/navigate';
import { asked } from '../../live/asks';
import { Counts } from '../../ui/counts';
import { Gone } from '../../ui/gone';
import { Markdown } from '../../ui/markdown';
import type { MenuItem } from '../../ui/menu';
import { MenuTile } from '../../ui/menu-tile';
import { PlaceLink } from '../../ui/place-link';
import { People } from './people';
import { Settings } from './settings';
import { useUpdate } from './update';
import { type ListedWorkspace, type Project, useProject } from './use-projects';

/** One project: its workspaces, its size, who may see it, and what can be done to all of it. */
export function ProjectPlace({ project: uid }: { project: string }) {
  const { project, workspaces, isRefused } = useProject(uid);
  if (isRefused) return <Gone what={`project ${uid}`} wasSeen={project !== undefined} />;
  if (!project) return <p className="muted pad late">Loading the project…</p>;
  return (
    <div className="place-scroll">
      <Head project={project} />
      <Tools project={project} />
      {workspaces.length === 0 && <p className="muted pad">No workspace yet. Jobs are made in a workspace.</p>}
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tiles" role="list">
        {workspaces.map((workspace) => (
          <WorkspaceTile key={workspace.id} project={project} workspace={workspace} />
        ))}
      </ul>
    </div>
  );
}

function WorkspaceTile({ project, workspace }: { project: Project; workspace: ListedWorkspace }) {
  const { uid, title } = workspace;
  const place = { kind: 'workspace', project: project.uid, workspace: uid, layout: 'cards' } as const;
  const refusal = project.archived ? 'The project is archived.' : undefined;
  const items: MenuItem[] = [
    { id: 'open', label: 'Open', run: () => goTo(place) },
    { id: 'delete', label: 'Delete…', refusal, danger: true, run: () => asked.set({ kind: 'delete-place', project: project.uid, workspace: uid, title: title ?? '' }) },
  ];
  return (
    <MenuTile kind="workspace" uid={uid} items={items}>
      <h2>
        <PlaceLink to={place}>
          <span className="uid">{uid}</span> {title ?? 'Untitled'}
        </PlaceLink>
      </h2>
      <p className="small">Changed {new Date(workspace.updatedAt).toLocaleString()}</p>
      <Counts counts={workspace.jobCounts} />
    </MenuTile>
  );
}

function Head({ project }: { project: Project }) {
  const intermediate = project.intermediateResultsSizeBytes;
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
        {bytesText(project.size)} on disk{intermediate > 0 && `, ${bytesText(intermediate)} of it intermediate`} · {project.projectDir} · {[...new Set(people)].join(', ')}
      </p>
    </header>
  );
}

function Tools({ project }: { project: Project }) {
  const { uid, title, archived, queuePaused } = project;
  const update = useUpdate(project);
  return (
    <div className="view-bar">
      <button type="button" className="button" disabled={archived} onClick={() => asked.set({ kind: 'clear-project', project: uid, title })}>
        Clear Intermediate Results…
      </button>
      <button type="button" className="button" disabled={archived} onClick={() => void update({ queuePaused: !queuePaused })}>
        {queuePaused ? 'Resume the queue' : 'Pause the queue'}
      </button>
      <Settings project={project} />
      <People project={project} />
      <button type="button" className="button" disabled={archived} onClick={() => asked.set({ kind: 'delete-place', project: uid, workspace: null, title })}>
        Delete…
      </button>
      <button type="button" className="button main" disabled={archived} onClick={() => asked.set({ kind: 'new-workspace', project: uid })}>
        New workspace
      </button>
    </div>
  );
}
