import type { Operation } from '../../live/operations';

/** As much as tells what has become of a place that was to be deleted. */
interface Deletion {
  readonly results: readonly { readonly errors: readonly unknown[] }[];
  /** In its last state; null if there was nothing to do that takes long. */
  readonly ended: Pick<Operation, 'status' | 'summary'> | null;
}

/** Whether no job keeps the place, as far as is known before the operation has ended. */
export const isGoing = ({ results }: Pick<Deletion, 'results'>): boolean => results.every(({ errors }) => errors.length === 0);

/** Whether the place is gone, and what is said of it. */
export function deletionTold(name: string, { results, ended }: Deletion): { isGone: boolean; text: string } {
  const isGone = isGoing({ results }) && (ended === null || ended.status === 'SUCCEEDED');
  const deleted = ended?.summary.applied ?? 0;
  return { isGone, text: isGone ? `${name} deleted` : `${deleted === 1 ? '1 job' : `${deleted} jobs`} deleted; ${name} stays` };
}
