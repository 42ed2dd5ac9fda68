import { type View, viewNamed } from './view';

/** The forms in which a workspace shows its jobs. */
export const LAYOUTS = ['cards', 'tree', 'table'] as const;
export type Layout = (typeof LAYOUTS)[number];

export const TABS = ['overview', 'log', 'params', 'inputs', 'files', 'interact'] as const;
export type Tab = (typeof TABS)[number];

export const ADMIN_SECTIONS = ['lanes', 'users', 'tokens', 'settings', 'audit', 'storage'] as const;
export type AdminSection = (typeof ADMIN_SECTIONS)[number];

/** What fills the page; each is a link. */
export type Place =
  | { readonly kind: 'home' }
  | { readonly kind: 'projects' }
  | { readonly kind: 'project'; readonly project: string }
  | { readonly kind: 'workspace'; readonly project: string; readonly workspace: string; readonly layout: Layout }
  | { readonly kind: 'browse'; readonly filter: Filter }
  | { readonly kind: 'build'; readonly project: string; readonly workspace: string; readonly job: string | null }
  | { readonly kind: 'admin'; readonly section: AdminSection };

/** The one dialog that lies over the place; Back opens the one before. */
export type Overlay =
  | { readonly kind: 'jobs'; readonly view: View }
  | { readonly kind: 'job'; readonly project: string; readonly job: string; readonly tab: Tab }
  | { readonly kind: 'target'; readonly name: string };

/** What the flattened table shows; all lists are of names, empty for all. */
export interface Filter {
  readonly lanes: readonly string[];
  readonly statuses: readonly string[];
  readonly projects: readonly string[];
  readonly types: readonly string[];
  readonly text: string;
  /** A field of JobOrderField in small letters, with a leading "-" for the greatest first. */
  readonly sort: string;
}

export interface Address {
  readonly place: Place;
  readonly overlay: Overlay | null;
}

export const EVERYTHING: Filter = { lanes: [], statuses: [], projects: [], types: [], text: '', sort: '-created_at' };

const oneOf = <T extends string>(choices: readonly T[], asked: string | null): T =>
  choices.find((choice) => choice === asked) ?? (choices[0] as T);

const split = (text: string | null): string[] => (text ? text.split(',').filter(Boolean) : []);

function filterOf(params: URLSearchParams): Filter {
  return {
    lanes: split(params.get('lane')),
    statuses: split(params.get('status')).map((status) => status.toUpperCase()),
    projects: split(params.get('project')),
    types: split(params.get('type')),
    text: params.get('q') ?? '',
    sort: params.get('sort') ?? EVERYTHING.sort,
  };
}

function pairOf(text: string): [string, string] {
  const [first = '', second = ''] = text.split('.');
  return [first, second];
}

function placeOf(params: URLSearchParams): Place {
  const project = params.get('p');
  const workspace = params.get('w');
  const build = params.get('build');
  if (build) {
    const [inProject, inWorkspace] = pairOf(build);
    return { kind: 'build', project: inProject, workspace: inWorkspace, job: params.get('edit') };
  }
  if (project && workspace) return { kind: 'workspace', project, workspace, layout: oneOf(LAYOUTS, params.get('view')) };
  if (project) return { kind: 'project', project };
  if (params.has('projects')) return { kind: 'projects' };
  if (params.has('all')) return { kind: 'browse', filter: filterOf(params) };
  if (params.has('admin')) return { kind: 'admin', section: oneOf(ADMIN_SECTIONS, params.get('admin')) };
  return { kind: 'home' };
}

function overlayOf(params: URLSearchParams): Overlay | null {
  const target = params.get('target');
  const named = params.get('job');
  if (named) {
    const [project, job] = pairOf(named);
    return { kind: 'job', project, job, tab: oneOf(TABS, params.get('tab')) };
  }
  if (target) return { kind: 'target', name: target };
  return params.has('jobs') ? { kind: 'jobs', view: viewNamed(params.get('jobs')) } : null;
}

/** Read the query string of an address: "", or "?…". */
export function addressIn(search: string): Address {
  const params = new URLSearchParams(search);
  return { place: placeOf(params), overlay: overlayOf(params) };
}

function filterParams(filter: Filter): [string, string][] {
  const given: [string, string][] = [
    ['lane', filter.lanes.join(',')],
    ['status', filter.statuses.join(',').toLowerCase()],
    ['project', filter.projects.join(',')],
    ['type', filter.types.join(',')],
    ['q', filter.text],
    ['sort', filter.sort === EVERYTHING.sort ? '' : filter.sort],
  ];
  return given.filter(([, value]) => value !== '');
}

function placeParams(place: Place): [string, string][] {
  switch (place.kind) {
    case 'home':
      return [];
    case 'projects':
      return [['projects', '']];
    case 'project':
      return [['p', place.project]];
    case 'workspace':
      return [
        ['p', place.project],
        ['w', place.workspace],
        ...(place.layout === 'cards' ? [] : [['view', place.layout] as [string, string]]),
      ];
    case 'browse':
      return [['all', 'jobs'], ...filterParams(place.filter)];
    case 'build':
      return [['build', `${place.project}.${place.workspace}`], ...(place.job ? [['edit', place.job] as [string, string]] : [])];
    case 'admin':
      return [['admin', place.section]];
  }
}

function overlayParams(overlay: Overlay | null): [string, string][] {
  if (!overlay) return [];
  if (overlay.kind === 'target') return [['target', overlay.name]];
  if (overlay.kind === 'jobs') return [['jobs', overlay.view === 'all' ? '' : overlay.view]];
  const tab: [string, string][] = overlay.tab === 'overview' ? [] : [['tab', overlay.tab]];
  return [['job', `${overlay.project}.${overlay.job}`], ...tab];
}

/** The query string that leads there: "?", which is home, or "?…". */
export function searchFor({ place, overlay }: Address): string {
  const parts = [...placeParams(place), ...overlayParams(overlay)];
  return `?${parts.map(([name, value]) => (value ? `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}` : name)).join('&')}`;
}
