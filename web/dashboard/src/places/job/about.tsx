import { type FormEvent, useState } from 'react';
import { type JobInputsOutputsQuery, UpdateJobDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useBoard } from '../../live/hooks';
import { problemText } from '../../live/query';
import { Dialog } from '../../ui/dialog';
import { Markdown } from '../../ui/markdown';

type Described = Pick<NonNullable<JobInputsOutputsQuery['job']>, 'id' | 'projectUid' | 'uid' | 'title' | 'description'>;

/** What people have written about a job, and the way to write it: title and description may change in every status. */
export function About({ job }: { job: Described }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="about" aria-label="Description">
      {job.description && <Markdown text={job.description} />}
      <button type="button" className="button quiet" onClick={() => setOpen(true)}>
        {job.description ? 'Edit title and description…' : 'Describe this job…'}
      </button>
      {isOpen && <Describe job={job} onClose={() => setOpen(false)} />}
    </section>
  );
}

function Describe({ job, onClose }: { job: Described; onClose: () => void }) {
  const { toasts } = useBoard();
  const [title, setTitle] = useState(job.title);
  const [description, setDescription] = useState(job.description);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await request(UpdateJobDocument, { input: { target: { job: { id: job.id } }, title: title.trim(), description } }).catch(
      (error: unknown) => toasts.bad(problemText(error)),
    );
    if (!answer?.updateJob) return;
    const refusals = [...answer.updateJob.errors, ...(answer.updateJob.result?.errors ?? [])];
    refusals.forEach(({ message }) => toasts.bad(message));
    if (refusals.length === 0) onClose();
  };
  return (
    <Dialog title={`Title and description of ${job.projectUid} ${job.uid}`} onClose={onClose} wide>
      <form className="form" onSubmit={(event) => void save(event)}>
        <label className="field">
          <span>Title</span>
          <input data-autofocus value={title} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label className="field">
          <span>Description (Markdown)</span>
          <textarea rows={8} value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button main">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
