import { JobInputsOutputsDocument, type JobInputsOutputsQuery } from '../../gql/graphql';
import { bytesText } from '../../lib/bytes';
import { openJob } from '../../live/grid';
import type { Job } from '../../live/objects';
import { useAnswer } from '../../live/query';
import { StatusMark } from '../../ui/status';

type Details = NonNullable<JobInputsOutputsQuery['job']>;

/** What the job takes and from whom, and what it gives, version by version. */
export function InputsOutputs({ job }: { job: Job }) {
  const { data, problem } = useAnswer(JobInputsOutputsDocument, { job: { id: job.id } }, job.revision);
  const details = data?.job;
  return (
    <div className="pad two-parts">
      {problem && <p className="problem">{problem}</p>}
      <section>
        <h3>Inputs</h3>
        {details?.inputs.map((input) => (
          <Input key={input.name} input={input} />
        ))}
        {details?.inputs.length === 0 && <p className="muted">This type of job takes none.</p>}
      </section>
      <section>
        <h3>Outputs</h3>
        {details?.outputs.map((output) => (
          <Output key={output.name} output={output} />
        ))}
        {details?.outputs.length === 0 && <p className="muted">None yet.</p>}
      </section>
    </div>
  );
}

function Input({ input }: { input: Details['inputs'][number] }) {
  return (
    <div className="io" data-input={input.name}>
      <p>
        <b>{input.title}</b> <span className="tag">{input.type}</span> {input.required && <span className="small">required</span>}
      </p>
      {input.connections.map(({ index, output, parent, ready, sourceMissing }) => (
        <p key={index} data-status={parent.status}>
          <StatusMark status={parent.status} />
          <button type="button" className="link" onClick={() => openJob(parent)}>
            {parent.uid} {output}
          </button>{' '}
          <span className="small">{sourceMissing ? 'its files are gone' : ready ? 'ready' : 'not ready yet'}</span>
        </p>
      ))}
      {input.connections.length === 0 && <p className="muted">Not connected.</p>}
    </div>
  );
}

function Output({ output }: { output: Details['outputs'][number] }) {
  return (
    <div className="io" data-output={output.name}>
      <p>
        <b>{output.title}</b> <span className="tag">{output.type}</span> <span className="small">{output.numItems.toLocaleString()} items</span>
      </p>
      {output.versions.length > 0 && (
        <p className="small">
          {output.versions.map(({ version, final, inUse, sizeBytes }) => (
            <span key={version} className="version" data-final={final}>
              {final ? 'Final' : `Version ${version}`} · {bytesText(sizeBytes)}
              {inUse && ' · in use'}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
