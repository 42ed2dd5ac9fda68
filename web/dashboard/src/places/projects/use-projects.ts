import { type ProjectChangesSubscription, ProjectChangesDocument, type ProjectsChangesSubscription, ProjectsChangesDocument } from '../../gql/graphql';
import { Value } from '../../lib/value';
import { Collection, type Held } from '../../live/collection';
import { openFeed } from '../../live/feed';
import { useBoard, useOpened, useValue } from '../../live/hooks';

type ListMessage = ProjectsChangesSubscription['projectChanges'];
type PageMessage = ProjectChangesSubscription['projectChanges'];
export type ListedProject = ListMessage['upsertedProjects'][number];
export type Project = PageMessage['upsertedProjects'][number];
export type ListedWorkspace = PageMessage['upsertedWorkspaces'][number];

const numberOf = ({ uid }: { uid: string }): number => Number(uid.slice(1));

const NOTHING = new Value<Held<never>>({ rows: [], isWhole: false });
const NOT_REFUSED = new Value(false);

/** All projects that I may see, newest first. */
export function useProjects(): Held<ListedProject> {
  const { client } = useBoard();
  const opened = useOpened(() => {
    const projects = new Collection<ListedProject>((a, b) => numberOf(b) - numberOf(a));
    const onMessage = (message: ListMessage): void => projects.hear({ ...message, upserted: message.upsertedProjects });
    return { projects, close: openFeed<ListMessage>(client, { document: ProjectsChangesDocument, onMessage, onBegin: () => projects.reconnected() }) };
  }, '');
  return useValue<Held<ListedProject>>(opened?.projects.held ?? NOTHING);
}

interface ProjectSeen {
  readonly project: Project | undefined;
  readonly workspaces: readonly ListedWorkspace[];
  /** It is not there for me, or not any more. */
  readonly isRefused: boolean;
}

/** One project and its workspaces, by number. */
export function useProject(projectUid: string): ProjectSeen {
  const { client } = useBoard();
  const opened = useOpened(() => {
    const project = new Value<Project | undefined>(undefined);
    const workspaces = new Collection<ListedWorkspace>((a, b) => numberOf(a) - numberOf(b));
    const isRefused = new Value(false);
    const onMessage = (message: PageMessage): void => {
      project.set(message.upsertedProjects[0] ?? project.get());
      workspaces.hear({ ...message, upserted: message.upsertedWorkspaces });
    };
    const onRefused = (is: boolean): void => isRefused.set(is);
    const feed = { document: ProjectChangesDocument, variables: { projectUid }, onMessage, onRefused, onBegin: () => workspaces.reconnected() };
    return { project, workspaces, isRefused, close: openFeed<PageMessage>(client, feed) };
  }, projectUid);
  const project = useValue<Project | undefined>(opened?.project ?? NO_PROJECT);
  const { rows } = useValue<Held<ListedWorkspace>>(opened?.workspaces.held ?? NOTHING);
  return { project, workspaces: rows, isRefused: useValue(opened?.isRefused ?? NOT_REFUSED) };
}

const NO_PROJECT = new Value<undefined>(undefined);
