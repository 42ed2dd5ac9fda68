import { address, goTo } from '../lib/navigate';
import { ACTIONS, type Action, type ActionId } from './action-table';
import { type Actions, begunText, doneText, isDoneResult } from './actions';
import { asked, closeAsk } from './asks';
import type { Choice, Outcome, Subject } from './bulk';
import type { Job } from './objects';
import { tellOf } from './operations';
import { clearSelection, scopeOf, select, workspaceScope } from './selection';

/** The workspace in which the jobs are seen: the one on screen, else the first that holds them. */
export function workspaceSeen(jobs: readonly Job[]): string {
  const { place } = address.get();
  const [first] = jobs;
  if (place.kind === 'workspace' && place.project === first?.projectUid) return place.workspace;
  return first?.workspaceUids[0] ?? '';
}

/** Begin an action: at once, or by the dialog that comes before it. */
export async function begin(actions: Actions, id: ActionId, jobs: readonly Job[]): Promise<void> {
  const entry: Action = ACTIONS[id];
  const ask = jobs.length > 1 ? entry.several : entry.one;
  const from = workspaceSeen(jobs);
  if (ask === 'none' || jobs.every((job) => id === 'clear' && job.status === 'QUEUED')) return void carryOut(actions, id, jobs, { from });
  if (ask !== 'if-affected') return asked.set({ kind: 'action', action: id, jobs, from });
  const outcome = await actions.tryOut(id, jobs).catch(() => null);
  if (outcome?.results.every((result) => result.notices.length === 0)) return void carryOut(actions, id, jobs, { from });
  asked.set({ kind: 'action', action: id, jobs, from, ...(outcome && { outcome }) });
}

/** Do it, close its dialog, tell of it, and go where its jobs are. */
export async function carryOut(actions: Actions, id: ActionId, jobs: readonly Job[], choice: Choice): Promise<void> {
  closeAsk();
  const outcome = await actions.act(id, jobs, choice);
  if (!outcome?.results.some(isDoneResult)) return;
  if (outcome.operation) void tellOf(actions, outcome.operation.id, begunText(id, outcome), (applied) => doneText(id, outcome, applied));
  else actions.toasts.good(doneText(id, outcome), undoOf(actions, id, choice, outcome, jobs));
  follow(id, choice, outcome);
}

const created = (outcome: Outcome): Subject[] => outcome.results.flatMap(({ createdJob }) => createdJob ?? []);
const changed = (outcome: Outcome): Job[] => outcome.results.filter(isDoneResult).flatMap(({ job }) => job ?? []);

/** The exact opposite of what was done, where there is one; `before` are the jobs as they were. */
function undoOf(actions: Actions, id: ActionId, { from, destination }: Choice, outcome: Outcome, before: readonly Job[]): (() => void) | undefined {
  const to = outcome.workspace?.uid ?? (destination && 'workspaceUid' in destination ? destination.workspaceUid : undefined);
  const run = (opposite: ActionId, subjects: readonly Subject[], choice: Choice) => () => void actions.act(opposite, subjects, choice);
  if (id === 'link' && to) return run('unlink', changed(outcome), { from: to });
  if (id === 'unlink' && from) return run('link', changed(outcome), { destination: { workspaceUid: from } });
  if (id === 'move' && to && from) return run('move', changed(outcome), { from: to, destination: { workspaceUid: from } });
  if (id === 'clone' || id === 'clone_chain') return run('delete', created(outcome), {});
  if (id === 'hold') return run('release', changed(outcome), {});
  if (id === 'release') return run('hold', changed(outcome), {});
  if (id === 'final') return run('not_final', changed(outcome), {});
  if (id === 'not_final') return run('final', changed(outcome), {});
  const touched = new Set(changed(outcome).map((job) => job.id));
  const back = before.flatMap((job) => (touched.has(job.id) ? (choiceBack(id, job) ?? []) : []));
  return back.length > 0 ? () => back.forEach(({ job, choice }) => void actions.act(id, [job], choice)) : undefined;
}

/** What makes the place of a queued job what it was. */
function choiceBack(id: ActionId, job: Job): { job: Job; choice: Choice } | null {
  if (id === 'priority') return { job, choice: { priority: job.priority } };
  return id === 'change_lane' && job.queuedToLane ? { job, choice: { queue: { lane: job.queuedToLane } } } : null;
}

/** After a link, a move or a clone: be in the workspace of the jobs, and have them selected. */
function follow(id: ActionId, choice: Choice, outcome: Outcome): void {
  if (id === 'delete') return clearSelection();
  if (id !== 'link' && id !== 'move' && id !== 'clone' && id !== 'clone_chain') return;
  const isClone = id === 'clone' || id === 'clone_chain';
  const subjects = isClone ? created(outcome) : changed(outcome);
  const project = subjects[0]?.projectUid;
  const workspace = outcome.workspace?.uid ?? (isClone ? choice.from : undefined);
  if (!project || !workspace) return;
  const { place } = address.get();
  const isThere = place.kind === 'workspace' && place.project === project && place.workspace === workspace;
  const staysHere = isClone && workspace === choice.from;
  if (!isThere && !staysHere) goTo({ kind: 'workspace', project, workspace, layout: place.kind === 'workspace' ? place.layout : 'cards' });
  const isShown = scopeOf(address.get()) === workspaceScope(project, workspace);
  if (isShown) select(workspaceScope(project, workspace), subjects.map((job) => job.id));
}
