import { UpdateProjectDocument, type UpdateProjectInput } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useBoard } from '../../live/hooks';
import { told } from '../../live/told';
import type { Project } from './use-projects';

/** Changes a project as it is on screen; whether that was done. */
export function useUpdate({ uid }: Pick<Project, 'uid'>): (changes: Omit<UpdateProjectInput, 'projectUid'>) => Promise<boolean> {
  const { toasts } = useBoard();
  return async (changes) => {
    const done = await told(toasts, request(UpdateProjectDocument, { input: { projectUid: uid, ...changes } }).then((answer) => answer.updateProject));
    return done !== null;
  };
}
