/** Which jobs the board shows. */
export type View = 'all' | 'queued' | 'active';

export const VIEWS: readonly View[] = ['all', 'queued', 'active'];

/** The view that an address asks for by `?view=`; all jobs if it asks for none we know. */
export function viewOf(search: string): View {
  const asked = new URLSearchParams(search).get('view');
  return VIEWS.find((view) => view === asked) ?? 'all';
}

/** The query string for a view, everything else in it kept: "" or "?…". */
export function searchFor(view: View, search: string): string {
  const params = new URLSearchParams(search);
  if (view === 'all') params.delete('view');
  else params.set('view', view);
  const text = params.toString();
  return text && `?${text}`;
}
