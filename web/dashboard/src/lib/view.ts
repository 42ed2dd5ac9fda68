/** Which jobs Current Jobs shows. */
export type View = 'all' | 'queued' | 'active';

export const VIEWS: readonly View[] = ['all', 'queued', 'active'];

/** The view of this name; all jobs if there is none. */
export function viewNamed(name: string | null): View {
  return VIEWS.find((view) => view === name) ?? 'all';
}
