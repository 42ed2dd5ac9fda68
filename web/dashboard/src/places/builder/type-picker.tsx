import { useState } from 'react';
import { CreateJobDocument, type JobTypesQuery } from '../../gql/graphql';
import { request } from '../../lib/api';
import { newKey } from '../../lib/key';
import { plainText } from '../../lib/markdown';
import { goTo } from '../../lib/navigate';
import { useBoard } from '../../live/hooks';
import { told } from '../../live/told';
import { categoriesOf } from './categories';

export type JobType = NonNullable<JobTypesQuery['jobTypes']>[number];

interface TypePickerProps {
  types: readonly JobType[];
  project: string;
  workspace: string;
}

/** All types of jobs by category, found by typing. A click builds a job of that type. */
export function TypePicker({ types, project, workspace }: TypePickerProps) {
  const { toasts } = useBoard();
  const [text, setText] = useState('');
  const build = async (type: string): Promise<void> => {
    const input = { projectUid: project, workspaceUid: workspace, type, idempotencyKey: newKey() };
    const payload = await told(toasts, request(CreateJobDocument, { input }).then((answer) => answer.createJob));
    if (payload?.job) goTo({ kind: 'build', project, workspace, job: payload.job.uid });
  };
  return (
    <>
      <div className="view-bar">
        <input
          type="search"
          className="filter"
          data-filter
          aria-label="Find a type of job"
          placeholder="Find a type  ( / )"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {categoriesOf(types, text).map(({ name, types: within }) => (
        <section key={name} className="category" aria-label={name}>
          <h2>{name}</h2>
          {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
          <ul className="tiles flush" role="list">
            {within.map((type) => (
              <li key={type.id}>
                <button
                  type="button"
                  className="tile type-tile"
                  data-type={type.key}
                  aria-disabled={!type.available}
                  title={type.unavailableReason ?? undefined}
                  onClick={() => type.available && void build(type.key)}
                >
                  <b>{type.title}</b>
                  <span className="small">{plainText(type.description)}</span>
                  {!type.available && <span className="small problem">{type.unavailableReason}</span>}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
