import { AddJobsTagsDocument, type JobMenuQuery, RemoveJobsTagsDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { asked } from '../../live/asks';
import type { Board } from '../../live/board';
import type { Job } from '../../live/objects';
import { told } from '../../live/told';
import type { MenuItem } from '../../ui/menu';

/** Give a tag to jobs, or take it away. */
export async function setTag({ toasts }: Board, jobs: readonly Job[], tag: string, isGiven: boolean): Promise<void> {
  const input = { tagUids: [tag], jobs: { jobs: jobs.map(({ id }) => ({ job: { id } })) } };
  const add = async () => (await request(AddJobsTagsDocument, { input })).addJobsTags;
  const remove = async () => (await request(RemoveJobsTagsDocument, { input })).removeJobsTags;
  await told(toasts, isGiven ? add() : remove());
}

/** The tags menu of a job: each tag that jobs may have, ticked if this one has it. */
export function tagItems(board: Board, job: Job, data: JobMenuQuery | undefined): MenuItem[] {
  const held = new Set(data?.job?.tags.map(({ uid }) => uid));
  const known = (data?.tags ?? []).filter(({ type }) => type === 'JOB' || type === 'GENERAL');
  return [
    ...known.map(({ uid, title }) => ({
      id: `tag-${uid}`,
      label: title,
      checked: held.has(uid),
      run: () => void setTag(board, [job], uid, !held.has(uid)),
    })),
    { id: 'new-tag', label: 'New tag…', run: () => asked.set({ kind: 'tags', jobs: [job] }) },
  ];
}
