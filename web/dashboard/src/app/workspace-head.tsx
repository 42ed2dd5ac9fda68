import type { WorkspaceWordsFragment } from '../gql/graphql';
import { Markdown } from '../ui/markdown';
import { PlaceLink } from '../ui/place-link';
import { WorkspaceSettings } from './workspace-settings';

interface WorkspaceHeadProps {
  project: string;
  workspace: string;
  count: number;
  /** The workspace as its stream last told of it; null until it has. */
  present: WorkspaceWordsFragment | null;
}

/** Where this workspace stands, and what it is called. */
export function WorkspaceHead({ project, workspace, count, present }: WorkspaceHeadProps) {
  const title = present?.title ?? '';
  const isOpen = present && !present.deleted && !present.project.archived;
  return (
    <header className="place-head">
      <p className="crumbs">
        <PlaceLink to={{ kind: 'projects' }}>Projects</PlaceLink>
        <PlaceLink to={{ kind: 'project', project }}>
          {project} {present?.project.title}
        </PlaceLink>
      </p>
      <div className="head-line">
        <h1>
          <span className="uid">{workspace}</span> {present && (title || 'Untitled')}
          <span className="count">{count === 1 ? '1 job' : `${count} jobs`}</span>
          {present?.project.queuePaused && <span className="badge">Queue paused</span>}
          {present?.project.archived && <span className="badge">Archived</span>}
        </h1>
        {isOpen && <WorkspaceSettings project={project} workspace={workspace} present={present} />}
      </div>
      {present?.description && <Markdown text={present.description} />}
    </header>
  );
}
