import type { KeyboardEvent, MouseEvent } from 'react';
import { openOverlay } from '../lib/navigate';
import type { Tab } from '../lib/place';
import { type ActionId, ACTIONS, type Action } from './action-table';
import type { Actions } from './actions';
import { menuAsked } from './asks';
import type { Job } from './objects';
import { begin } from './perform';
import { extend, select, selection, selectRange, toggle } from './selection';

/** A list of jobs that is used by mouse and by keyboard. */
export interface Grid {
  readonly scope: string;
  /** The ids in the order shown. */
  readonly order: readonly string[];
  /** Jobs side by side in a row. */
  readonly columns: number;
  readonly find: (id: string) => Job | undefined;
  /** Bring a job into view that is not drawn now. */
  readonly reveal?: (id: string) => void;
}

/** The id of the element that draws a job in a view. */
export const elementId = (scope: string, id: string): string => `job ${scope} ${id}`.replaceAll(/[^\w-]/g, '_');

export const openJob = (job: Pick<Job, 'projectUid' | 'uid'>, tab: Tab = 'overview'): void =>
  openOverlay({ kind: 'job', project: job.projectUid, job: job.uid, tab });

const selectedIn = (scope: string): readonly string[] => (selection.get().scope === scope ? selection.get().ids : []);

const jobsOf = (grid: Grid, ids: readonly string[]): Job[] => ids.flatMap((id) => grid.find(id) ?? []);

/** Open the menu of a job; of all selected jobs if it is one of several. */
export function openMenu(grid: Grid, id: string, at: { x: number; y: number }, back: HTMLElement | null): void {
  const ids = selectedIn(grid.scope);
  if (!ids.includes(id)) select(grid.scope, [id]);
  const jobs = jobsOf(grid, ids.includes(id) ? ids : [id]);
  if (jobs.length > 0) menuAsked.set({ jobs, at, back });
}

const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('button, a, input, select, label') !== null;

/** What a card or a row does on clicks. */
export function mouseHandlers(grid: Grid, id: string) {
  return {
    onClick: (event: MouseEvent) => {
      if (isControl(event.target)) return;
      event.stopPropagation(); // a click on the ground selects nothing
      if (event.shiftKey) selectRange(grid.scope, grid.order, id);
      else if (event.metaKey || event.ctrlKey) toggle(grid.scope, id);
      else select(grid.scope, [id]);
    },
    onDoubleClick: (event: MouseEvent) => {
      const job = grid.find(id);
      if (job && !isControl(event.target)) openJob(job);
    },
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      openMenu(grid, id, { x: event.clientX, y: event.clientY }, (event.currentTarget as HTMLElement).closest<HTMLElement>('[role="grid"]'));
    },
  };
}

/** Opens the menu of a job below the button that was clicked. */
export function openMenuAt(grid: Grid, id: string, button: HTMLElement): void {
  const box = button.getBoundingClientRect();
  openMenu(grid, id, { x: box.left, y: box.bottom + 4 }, button);
}

const STEPS: Record<string, (columns: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
};

function go(grid: Grid, event: KeyboardEvent, step: number): void {
  const active = selectedIn(grid.scope).at(-1);
  if (event.metaKey || event.ctrlKey) {
    const next = extend(grid.scope, grid.order, Math.sign(step));
    if (next) grid.reveal?.(next);
    return;
  }
  const from = active === undefined ? -1 : grid.order.indexOf(active);
  const to = from < 0 ? 0 : Math.max(0, Math.min(grid.order.length - 1, from + step));
  const id = grid.order[to];
  if (!id) return;
  if (event.shiftKey) selectRange(grid.scope, grid.order, id);
  else select(grid.scope, [id]);
  grid.reveal?.(id);
}

const actionFor = (key: string): ActionId | undefined =>
  (Object.keys(ACTIONS) as ActionId[]).find((id) => (ACTIONS[id] as Action).key === key);

function openMenuByKey(grid: Grid, id: string, back: HTMLElement): void {
  const box = document.getElementById(elementId(grid.scope, id))?.getBoundingClientRect();
  openMenu(grid, id, { x: (box?.left ?? 0) + 24, y: (box?.top ?? 0) + 24 }, back);
}

/** The keys of a list of jobs that has the focus. */
export function handleGridKey(grid: Grid, actions: Actions, event: KeyboardEvent<HTMLElement>): void {
  const active = selectedIn(grid.scope).at(-1);
  const job = active === undefined ? undefined : grid.find(active);
  const step = STEPS[event.key]?.(grid.columns);
  const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
  const action = isPlain ? actionFor(event.key) : undefined;
  if (event.target !== event.currentTarget) return;
  if (step !== undefined) go(grid, event, step);
  else if (event.key === 'a' && !isPlain) selectAll(grid);
  else if (!active || !job) return;
  else if (event.key === 'Enter') openJob(job);
  else if (event.key === ' ') toggle(grid.scope, active);
  else if (event.key === 't') grid.reveal?.(active);
  else if (event.key === '.' || event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openMenuByKey(grid, active, event.currentTarget);
  else if (action) void begin(actions, action, jobsOf(grid, selectedIn(grid.scope)));
  else return;
  event.preventDefault();
}

function selectAll(grid: Grid): void {
  selection.set({ scope: grid.scope, ids: grid.order, anchor: grid.order[0] ?? null });
}
