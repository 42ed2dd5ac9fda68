import { useState } from 'react';
import { BuiltJobDocument, type BuiltJobQuery, type CandidatesQuery, UpdateJobDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { useAnyJob, useBoard } from '../../live/hooks';
import { openJob } from '../../live/grid';
import { begin } from '../../live/perform';
import { useAnswer } from '../../live/query';
import { told } from '../../live/told';
import { InputsForm } from './inputs-form';
import { ParamsForm } from './params-form';
import type { JobType } from './type-picker';

export type Built = NonNullable<BuiltJobQuery['job']>;
export type Candidate = NonNullable<CandidatesQuery['workspace']>['jobs']['nodes'][number];

interface EditorProps {
  project: string;
  job: string;
  types: readonly JobType[];
  candidates: readonly Candidate[];
}

/** Edits a job that is being built: inputs, parameters, and what still stands in its way. */
export function Editor({ project, job, types, candidates }: EditorProps) {
  const { actions, toasts } = useBoard();
  const [changes, setChanges] = useState(0);
  const [id, setId] = useState('');
  const live = useAnyJob(id);
  const { data, problem } = useAnswer(BuiltJobDocument, { job: { uid: { projectUid: project, jobUid: job } } }, `${changes} ${live?.revision}`);
  const built = data?.job;
  if (built && built.id !== id) setId(built.id);
  if (!built) return <p className="pad problem">{problem}</p>;
  const isEditable = built.status === 'BUILDING' && !built.deleted;
  const changed = (): void => setChanges((count) => count + 1);
  const update = async (patch: { title?: string; params?: Record<string, unknown> }): Promise<void> => {
    const input = { target: { job: { id: built.id } }, ...patch };
    await told(toasts, request(UpdateJobDocument, { input }).then((answer) => answer.updateJob));
    changed();
  };
  return (
    <div className="editor">
      <div className="editor-head" data-status={built.status}>
        <label className="field">
          <span>Title</span>
          <input key={built.title} placeholder={built.typeTitle} defaultValue={built.title} onBlur={(event) => event.target.value !== built.title && void update({ title: event.target.value })} />
        </label>
        <span className="muted">{built.typeTitle}</span>
        <button type="button" className="button" onClick={() => openJob(built)}>
          View Job
        </button>
        <button
          type="button"
          className="button main"
          aria-disabled={!isEditable || built.buildErrors.length > 0}
          title={built.buildErrors[0]?.message}
          onClick={() => isEditable && built.buildErrors.length === 0 && void begin(actions, 'queue', [built])}
        >
          Queue…
        </button>
      </div>
      {!isEditable && (
        <p className="dialog-note" role="status">
          {built.deleted ? 'This job has been deleted.' : 'This job is not being built any more: clear it first to change it.'}
        </p>
      )}
      {built.buildErrors.length > 0 && (
        <ul className="troubles" aria-label="Build errors" role="status">
          {built.buildErrors.map(({ message }) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      <div className="two-parts">
        <InputsForm built={built} types={types} candidates={candidates} isEditable={isEditable} onChanged={changed} />
        <ParamsForm built={built} isEditable={isEditable} onParam={(name, value) => void update({ params: { [name]: value } })} />
      </div>
    </div>
  );
}
