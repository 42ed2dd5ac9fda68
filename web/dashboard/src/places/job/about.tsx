import { useState } from 'react';
import { type JobInputsOutputsQuery, UpdateJobDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useBoard } from '../../live/hooks';
import { told } from '../../live/told';
import { Markdown } from '../../ui/markdown';
import { WordsDialog } from '../../ui/words-dialog';

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
  const save = async (words: { title: string; description: string }): Promise<void> => {
    const input = { target: { job: { id: job.id } }, ...words };
    if (await told(toasts, request(UpdateJobDocument, { input }).then((answer) => answer.updateJob))) onClose();
  };
  return (
    <WordsDialog
      heading={`Title and description of ${job.projectUid} ${job.uid}`}
      title={job.title}
      description={job.description}
      onSave={(words) => void save(words)}
      onClose={onClose}
    />
  );
}
