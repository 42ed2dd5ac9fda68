import { type FormEvent, useState } from 'react';
import { CreateTagDocument, JobMenuDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { closeAsk } from '../../live/asks';
import { useBoard } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { useAnswer } from '../../live/query';
import { told } from '../../live/told';
import { Dialog } from '../../ui/dialog';
import { setTag } from '../menu/tag-items';

/** Gives tags to jobs or takes them away, also one that does not exist yet. */
export function TagsDialog({ jobs }: { jobs: readonly Job[] }) {
  const board = useBoard();
  const [title, setTitle] = useState('');
  const [changes, setChanges] = useState(0);
  const { data } = useAnswer(JobMenuDocument, { job: { id: jobs[0]?.id ?? '' } }, changes);
  const tags = (data?.tags ?? []).filter(({ type }) => type === 'JOB' || type === 'GENERAL');
  const set = (tag: string, isGiven: boolean): void => void setTag(board, jobs, tag, isGiven).then(() => setChanges((count) => count + 1));
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const input = { title: title.trim(), type: 'JOB' as const, colour: 'SKY' as const };
    const made = await told(board.toasts, request(CreateTagDocument, { input }).then((answer) => answer.createTag));
    if (made?.tag) set(made.tag.uid, true);
    setTitle('');
  };
  return (
    <Dialog title={jobs.length === 1 ? `Tags of ${jobs[0]?.uid}` : `Tags of ${jobs.length} jobs`} onClose={closeAsk}>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tag-list" role="list">
        {tags.map((tag) => (
          <li key={tag.uid}>
            <span className="tag" data-colour={tag.colour}>
              {tag.title}
            </span>
            <button type="button" className="button quiet" aria-label={`Add ${tag.title}`} onClick={() => set(tag.uid, true)}>
              Add
            </button>
            <button type="button" className="button quiet" aria-label={`Remove ${tag.title}`} onClick={() => set(tag.uid, false)}>
              Remove
            </button>
          </li>
        ))}
        {data && tags.length === 0 && <li className="muted">There are no tags for jobs yet.</li>}
      </ul>
      <form className="inline-form" onSubmit={(event) => void make(event)}>
        <input aria-label="Title of a new tag" placeholder="New tag" required value={title} data-autofocus onChange={(event) => setTitle(event.target.value)} />
        <button type="submit" className="button">
          Create and add
        </button>
      </form>
    </Dialog>
  );
}
