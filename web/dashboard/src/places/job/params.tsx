import { JobInputsOutputsDocument } from '../../gql/graphql';
import { plainText } from '../../lib/markdown';
import type { Job } from '../../live/objects';
import { useAnswer } from '../../live/query';

const valueText = (value: unknown): string => (value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value));

/** All parameters with the values that hold; those that are not the default stand out. */
export function Params({ job }: { job: Job }) {
  const { data, problem } = useAnswer(JobInputsOutputsDocument, { job: { id: job.id } }, job.revision);
  const given = (data?.job?.params ?? {}) as Record<string, unknown>;
  return (
    <div className="pad">
      {problem && <p className="problem">{problem}</p>}
      <table className="params">
        <caption className="unseen">Parameters</caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Value</th>
            <th scope="col">Default</th>
          </tr>
        </thead>
        <tbody>
          {data?.job?.paramSpecs.map((spec) => {
            const isSet = spec.name in given && JSON.stringify(given[spec.name]) !== JSON.stringify(spec.default);
            return (
              <tr key={spec.name} data-param={spec.name} data-set={isSet}>
                <th scope="row">
                  {spec.title}
                  {spec.description && <span className="small">{plainText(spec.description)}</span>}
                </th>
                <td>{valueText(spec.name in given ? given[spec.name] : spec.default)}</td>
                <td className="muted">{valueText(spec.default)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {data?.job?.paramSpecs.length === 0 && <p className="muted">This type of job has no parameters.</p>}
    </div>
  );
}
