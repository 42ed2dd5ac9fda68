import { type FormEvent, useState } from 'react';
import { JobInteractionDocument, SubmitInteractionDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { useBoard } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { problemText, useAnswer } from '../../live/query';
import { fieldsOf, type FormField, typedValue } from './schema-form';

/** What a waiting job asks, as a form made from its schema; the answer lets the job go on. */
export function Interact({ job }: { job: Job }) {
  const { data, problem } = useAnswer(JobInteractionDocument, { job: { id: job.id } }, job.revision);
  const asked = data?.job?.interaction;
  if (!asked) return <p className="pad muted">{problem ?? 'The job asks nothing now.'}</p>;
  return (
    <div className="pad interact">
      <h3>{asked.title}</h3>
      <details>
        <summary>What the job has to say</summary>
        <pre>{JSON.stringify(asked.data, null, 2)}</pre>
      </details>
      <Form id={job.id} fields={fieldsOf(asked.submitSchema)} />
    </div>
  );
}

function Form({ id, fields }: { id: string; fields: readonly FormField[] }) {
  const { toasts } = useBoard();
  const [values, setValues] = useState<Record<string, string>>({});
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const data = Object.fromEntries(fields.flatMap((field) => (values[field.name] ? [[field.name, typedValue(field, values[field.name] ?? '')]] : [])));
    const input = { target: { job: { id } }, data, idempotencyKey: newKey() };
    const answer = await request(SubmitInteractionDocument, { input }).catch((error: unknown) => toasts.bad(problemText(error)));
    const refusals = answer ? [...(answer.submitInteraction?.errors ?? []), ...(answer.submitInteraction?.result?.errors ?? [])] : [];
    refusals.forEach(({ message }) => toasts.bad(message));
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      {fields.map((field) => (
        <label key={field.name} className="field">
          <span>{field.title}</span>
          {field.choices.length > 0 ? (
            <select required={field.required} value={values[field.name] ?? ''} onChange={(event) => setValues({ ...values, [field.name]: event.target.value })}>
              <option value="">–</option>
              {field.choices.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          ) : (
            <input
              type={field.type === 'number' || field.type === 'integer' ? 'number' : 'text'}
              step="any"
              required={field.required}
              value={values[field.name] ?? ''}
              onChange={(event) => setValues({ ...values, [field.name]: event.target.value })}
            />
          )}
        </label>
      ))}
      <div className="dialog-actions">
        <button type="submit" className="button main">
          Continue the job
        </button>
      </div>
    </form>
  );
}
