import { WorkspaceHeadDocument, type WorkspaceWordsFragment } from '../gql/graphql';
import { useAnswer } from '../live/query';
import { Markdown } from '../ui/markdown';
import { PlaceLink } from '../ui/place-link';
import { WorkspaceSettings } from './workspace-settings';

interface WorkspaceHeadProps {
  project: string;
  workspace: string;
  count: number;
  /** The workspace as its stream last told of it; null until it has. */
  heard: WorkspaceWordsFragment | null;
}

/** Where this workspace stands, and what it is called. */
export function WorkspaceHead({ project, workspace, count, heard }: WorkspaceHeadProps) {
  const { data, problem, isLoading } = useAnswer(WorkspaceHeadDocument, { projectUid: project, workspaceUid: workspace });
  const found = data?.workspace;
  const present = heard ?? found;
  return (
    <header className="place-head">
      <p className="crumbs">
        <PlaceLink to={{ kind: 'projects' }}>Projects</PlaceLink>
        <PlaceLink to={{ kind: 'project', project }}>
          {project} {found?.project.title}
        </PlaceLink>
      </p>
      <div className="head-line">
        <h1>
          <span className="uid">{workspace}</span> {present?.title ?? (isLoading ? '' : 'Untitled')}
          <span className="count">{count} jobs</span>
          {found?.project.queuePaused && <span className="badge">Queue paused</span>}
          {found?.project.archived && <span className="badge">Archived</span>}
        </h1>
        {present && !present.deleted && <WorkspaceSettings project={project} workspace={workspace} present={present} />}
      </div>
      {present?.description && <Markdown text={present.description} />}
      {(problem ?? (!isLoading && !found)) && <p className="problem">{problem ?? `There is no workspace ${project} ${workspace}.`}</p>}
    </header>
  );
}
