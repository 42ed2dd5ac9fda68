import { Value } from '../lib/value';
import type { ActionId } from './action-table';
import type { Outcome } from './bulk';
import type { Job } from './objects';

/** The question that is being asked: at most one modal dialog is open. */
export type Ask =
  | { readonly kind: 'action'; readonly action: ActionId; readonly jobs: readonly Job[]; readonly from: string; readonly outcome?: Outcome }
  | { readonly kind: 'tags'; readonly jobs: readonly Job[] }
  | { readonly kind: 'clear-project'; readonly project: string; readonly title: string }
  | { readonly kind: 'delete-place'; readonly project: string; readonly workspace: string | null; readonly title: string }
  | { readonly kind: 'new-project' }
  | { readonly kind: 'new-workspace'; readonly project: string }
  | { readonly kind: 'spotlight' }
  | { readonly kind: 'keys' };

export const asked = new Value<Ask | null>(null);

export const closeAsk = (): void => asked.set(null);

/** The one menu of the page: for which jobs, and where. */
export interface MenuAsk {
  readonly jobs: readonly Job[];
  /** In pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  /** Where the focus goes when the menu closes. */
  readonly back: HTMLElement | null;
}

export const menuAsked = new Value<MenuAsk | null>(null);

/** Whether the actions panel of the sidebar is open; it stays so until the user closes it. */
export const isPanelOpen = new Value<boolean>(false);
