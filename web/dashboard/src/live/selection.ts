import type { Address } from '../lib/place';
import { Value } from '../lib/value';

/** The jobs selected in one view, by id, in the order of their selection; the last one is the active one. */
export interface Selection {
  /** The view they were selected in: selections of other views count for nothing. */
  readonly scope: string;
  readonly ids: readonly string[];
  /** Where a range begins. */
  readonly anchor: string | null;
}

const NONE: Selection = { scope: '', ids: [], anchor: null };

export const selection = new Value<Selection>(NONE);

/** The scope of what lies on top at an address: its dialog, or its place. */
export function scopeOf({ place, overlay }: Address): string {
  if (overlay?.kind === 'jobs') return 'current';
  if (overlay?.kind === 'target') return `target ${overlay.name}`;
  if (place.kind === 'workspace') return workspaceScope(place.project, place.workspace);
  return place.kind;
}

export const workspaceScope = (project: string, workspace: string): string => `${project}.${workspace}`;

export function select(scope: string, ids: readonly string[]): void {
  selection.set({ scope, ids, anchor: ids.at(-1) ?? null });
}

export function clearSelection(): void {
  if (selection.get().ids.length > 0) selection.set(NONE);
}

/** Take a job into the selection, or out of it. */
export function toggle(scope: string, id: string): void {
  const held = selection.get().scope === scope ? selection.get().ids : [];
  const ids = held.includes(id) ? held.filter((other) => other !== id) : [...held, id];
  selection.set({ scope, ids, anchor: id });
}

/** Take jobs that are gone out of the selection. */
export function letGo(gone: readonly string[]): void {
  const { scope, ids, anchor } = selection.get();
  const left = ids.filter((id) => !gone.includes(id));
  if (left.length < ids.length) selection.set({ scope, ids: left, anchor: left.includes(anchor ?? '') ? anchor : (left.at(-1) ?? null) });
}

/** Select everything between the anchor and this job, in the order shown. */
export function selectRange(scope: string, order: readonly string[], id: string): void {
  const { anchor, scope: held } = selection.get();
  const from = order.indexOf(held === scope && anchor ? anchor : id);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return select(scope, [id]);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  selection.set({ scope, ids: from <= to ? range : range.toReversed(), anchor: order[from] ?? id });
}

/** Extend the selection by the neighbour of the active job, or take the active one out when it was already in. */
export function extend(scope: string, order: readonly string[], step: number): string | null {
  const ids = selection.get().scope === scope ? selection.get().ids : [];
  const next = order[order.indexOf(ids.at(-1) ?? '') + step];
  if (ids.length === 0 || !next) return null;
  selection.set({ scope, ids: [...ids.filter((id) => id !== next), next], anchor: selection.get().anchor });
  return next;
}
