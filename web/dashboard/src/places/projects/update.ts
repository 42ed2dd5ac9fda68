import { type ProjectPageQuery, UpdateProjectDocument, type UpdateProjectInput } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useBoard } from '../../live/hooks';
import { problemText } from '../../live/query';
import type { Toasts } from '../../live/toasts';

export type Project = NonNullable<ProjectPageQuery['project']>;

interface Payload {
  errors: readonly { message: string }[];
}

/** Await a mutation and tell of what went wrong; whether it was done. */
export async function isDone(toasts: Toasts, asked: Promise<Payload | null>): Promise<boolean> {
  const refusals = await asked.then(
    (payload) => payload?.errors ?? [{ message: 'The server could not do it.' }],
    (error: unknown) => [{ message: problemText(error) }],
  );
  refusals.forEach(({ message }) => toasts.bad(message));
  return refusals.length === 0;
}

/** Changes a project as it is on screen; whether that was done. */
export function useUpdate({ uid }: Pick<Project, 'uid'>, onChanged: () => void): (changes: Omit<UpdateProjectInput, 'projectUid'>) => Promise<boolean> {
  const { toasts } = useBoard();
  return async (changes) => {
    const done = await isDone(toasts, request(UpdateProjectDocument, { input: { projectUid: uid, ...changes } }).then((answer) => answer.updateProject));
    onChanged();
    return done;
  };
}
