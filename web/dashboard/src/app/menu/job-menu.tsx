import { useCallback, useMemo } from 'react';
import { type JobMenuQuery, JobMenuDocument, RunQuickActionDocument, SetStarredDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { goTo } from '../../lib/navigate';
import { ONE_JOB, SEVERAL_JOBS } from '../../live/action-labels';
import type { ActionId } from '../../live/action-table';
import { asked, type MenuAsk, menuAsked } from '../../live/asks';
import { type Availabilities, useAvailability } from '../../live/availability';
import type { Board } from '../../live/board';
import { openJob } from '../../live/grid';
import { useBoard, useValue } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { begin, workspaceSeen } from '../../live/perform';
import { useAnswer } from '../../live/query';
import { told } from '../../live/told';
import { giveBack, Menu, type MenuItem, type MenuSection } from '../../ui/menu';
import { coreItems, extraItems, multiItems } from './core-items';
import { tagItems } from './tag-items';

/** The quick actions menu of one job, or the menu of several; one for the page. */
export function JobMenu() {
  const ask = useValue(menuAsked);
  return ask && (ask.jobs.length > 1 ? <MultiMenu ask={ask} /> : <SingleMenu ask={ask} />);
}

function useClose({ back }: MenuAsk): () => void {
  return useCallback(() => {
    menuAsked.set(null);
    giveBack(back);
  }, [back]);
}

function SingleMenu({ ask }: { ask: MenuAsk }) {
  const board = useBoard();
  const job = ask.jobs[0] as Job;
  const known = useAvailability(ONE_JOB, ask.jobs);
  const { data } = useAnswer(JobMenuDocument, { job: { id: job.id } }, job.revision);
  const run = (id: ActionId): void => void begin(board.actions, id, ask.jobs);
  const sections: MenuSection[] = [
    { id: 'core', label: 'Job actions', items: coreItems(job, known, run) },
    ...stateSection(ask.jobs, known, run),
    { id: 'quick', label: 'Next steps', items: quickItems(board, job, data) },
    { id: 'general', label: 'General', items: generalItems(board, job, data) },
    { id: 'navigation', label: 'Go to', items: navigationItems(job, data) },
  ];
  return <Menu label={`Actions of ${job.projectUid} ${job.uid}`} sections={sections} at={ask.at} onClose={useClose(ask)} />;
}

function MultiMenu({ ask }: { ask: MenuAsk }) {
  const board = useBoard();
  const known = useAvailability(SEVERAL_JOBS, ask.jobs);
  const sections = useMemo<MenuSection[]>(
    () => [
      { id: 'multi', label: 'Actions on all selected jobs', items: multiItems(ask.jobs, known, (id) => void begin(board.actions, id, ask.jobs)) },
      ...stateSection(ask.jobs, known, (id) => void begin(board.actions, id, ask.jobs)),
      { id: 'general', label: 'General', items: [{ id: 'tags', label: 'Tags…', run: () => asked.set({ kind: 'tags', jobs: ask.jobs }) }] },
    ],
    [ask.jobs, known, board],
  );
  return <Menu label={`Actions of ${ask.jobs.length} jobs`} sections={sections} at={ask.at} onClose={useClose(ask)} />;
}

/** A section for what the state of the jobs allows, if it allows anything. */
function stateSection(jobs: readonly Job[], known: Availabilities | null, run: (id: ActionId) => void): MenuSection[] {
  const items = extraItems(jobs, known, run);
  return items.length > 0 ? [{ id: 'state', label: 'Queue and result', items }] : [];
}

async function buildNext({ toasts }: Board, job: Job, key: string): Promise<void> {
  const input = { target: { job: { id: job.id } }, key, workspaceUid: workspaceSeen([job]), idempotencyKey: newKey() };
  const payload = await told(toasts, request(RunQuickActionDocument, { input }).then((answer) => answer.runQuickAction));
  const made = payload?.result?.createdJob;
  if (made) goTo({ kind: 'build', project: made.projectUid, workspace: made.workspaceUids[0] ?? '', job: made.uid });
}

/** The next step that goes on with the job itself. */
const CONTINUE = 'continue';

function quickItems(board: Board, job: Job, data: JobMenuQuery | undefined): MenuItem[] {
  if (!data) return [{ id: 'loading', label: 'Next steps…', refusal: 'Loading' }];
  const steps = data.job?.quickActions ?? [];
  if (steps.length === 0) return [{ id: 'no-steps', label: 'No next steps', refusal: 'This type of job names none.' }];
  return steps.map(({ key, title }) => ({ id: `quick-${key}`, label: key === CONTINUE ? title : `Build ${title}`, run: () => void buildNext(board, job, key) }));
}

function generalItems(board: Board, job: Job, data: JobMenuQuery | undefined): MenuItem[] {
  const isStarred = data?.job?.starred ?? false;
  const star = (): void => {
    const input = { subject: { job: { id: job.id } }, starred: !isStarred };
    void told(board.toasts, request(SetStarredDocument, { input }).then((answer) => answer.setStarred));
  };
  const link = new URL(`?job=${job.projectUid}.${job.uid}`, document.baseURI).href;
  return [
    { id: 'tags', label: 'Tags', items: tagItems(board, job, data) },
    { id: 'star', label: isStarred ? 'Remove star' : 'Star', run: star },
    ...(navigator.clipboard ? [{ id: 'copy', label: 'Copy link', run: () => void navigator.clipboard.writeText(link) }] : []),
  ];
}

function navigationItems(job: Job, data: JobMenuQuery | undefined): MenuItem[] {
  const titles = new Map(data?.job?.workspaces.map(({ uid, title }) => [uid, title]));
  const { projectUid: project } = job;
  return [
    { id: 'open', label: 'View job', hint: '↵', run: () => openJob(job) },
    { id: 'go-project', label: `Go to project ${project} ${data?.job?.project.title ?? ''}`, run: () => goTo({ kind: 'project', project }) },
    ...job.workspaceUids.map((workspace) => ({
      id: `go-${workspace}`,
      label: `Go to workspace ${workspace} ${titles.get(workspace) ?? ''}`,
      run: () => goTo({ kind: 'workspace', project, workspace, layout: 'cards' }),
    })),
  ];
}
