import { useEffect, useState } from 'react';
import { AvailabilityDocument, type AvailabilityQuery, type ErrorCode } from '../gql/graphql';
import { request } from '../lib/api';
import { type ActionId, ACTIONS } from './action-table';
import type { Job } from './objects';

/** For how many of the jobs an action is open, and why not for the others. */
export interface Availability {
  readonly open: number;
  readonly total: number;
  readonly reasons: readonly string[];
}

export type Availabilities = ReadonlyMap<ActionId, Availability>;

type Nodes = AvailabilityQuery['nodes'];

/** The server answers for so many objects at a time. */
const AT_ONCE = 100;

/** The one reason that the dialog of an action lifts: it names the jobs that depend on what is deleted. */
const LIFTED: Partial<Record<ActionId, ErrorCode>> = { delete: 'HAS_DESCENDANTS' };

/** Count the server's answers for each action. */
export function countOpen(actions: readonly ActionId[], nodes: Nodes): Availabilities {
  const jobs = nodes.flatMap((node) => (node && 'actions' in node ? [node] : []));
  const of = (id: ActionId): Availability => {
    const told = jobs.flatMap((job) => job.actions.find(({ action }) => action === ACTIONS[id].api) ?? []);
    const refused = told.filter(({ available, reasons }) => !available && !reasons.every(({ code }) => code === LIFTED[id]));
    const reasons = refused.flatMap(({ reasons: given }) => given.map(({ message }) => message));
    return { open: told.length - refused.length, total: jobs.length, reasons: [...new Set(reasons)] };
  };
  return new Map(actions.map((id) => [id, of(id)]));
}

async function read(actions: readonly ActionId[], ids: readonly string[]): Promise<Availabilities> {
  const pages = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, page) => ids.slice(page * AT_ONCE, (page + 1) * AT_ONCE));
  const only = [...new Set(actions.map((id) => ACTIONS[id].api))];
  const answers = await Promise.all(pages.map((page) => request(AvailabilityDocument, { ids: [...page], only })));
  return countOpen(actions, answers.flatMap(({ nodes }) => nodes));
}

/** Which actions are open for the jobs, asked again when one of them changes; null until it is known. */
export function useAvailability(actions: readonly ActionId[], jobs: readonly Job[]): Availabilities | null {
  const [held, setHeld] = useState<{ ids: string; known: Availabilities } | null>(null);
  const ids = jobs.map((job) => job.id).join(' ');
  const revisions = jobs.map((job) => job.revision).join(' ');
  useEffect(() => {
    let isWanted = true;
    if (!ids) return;
    read(actions, ids.split(' ')).then(
      (known) => isWanted && setHeld({ ids, known }),
      () => undefined, // an action that is not open is refused by the server all the same
    );
    return () => {
      isWanted = false;
    };
  }, [actions, ids, revisions]);
  return held?.ids === ids ? held.known : null;
}

/** What to say of an action that is open for none of the jobs; undefined if it is open. */
export function refusalOf(known: Availabilities | null, id: ActionId): string | undefined {
  const of = known?.get(id);
  return of && of.total > 0 && of.open === 0 ? (of.reasons[0] ?? 'Not possible now.') : undefined;
}
