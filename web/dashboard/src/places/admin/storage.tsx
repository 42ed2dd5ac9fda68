import { AdminStorageDocument } from '../../gql/graphql';
import { bytesText } from '../../lib/bytes';
import { openJob } from '../../live/grid';
import { useAnswer } from '../../live/query';

/** What takes room on disk. */
export function Storage() {
  const { data, problem } = useAnswer(AdminStorageDocument, {});
  const usage = data?.storageUsage;
  if (!usage) return <p className="problem">{problem}</p>;
  return (
    <>
      <p>
        <b>{bytesText(usage.totalBytes)}</b> in all{usage.intermediateBytes > 0 && `, ${bytesText(usage.intermediateBytes)} of it intermediate results`}.
      </p>
      <table className="params">
        <caption>The largest jobs</caption>
        <thead>
          <tr>
            {['Job', 'Type', 'Size', 'Intermediate'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {usage.largestJobs.map((job) => (
            <tr key={job.id}>
              <th scope="row">
                <button type="button" className="link" onClick={() => openJob(job)}>
                  {job.projectUid} {job.uid}
                </button>
              </th>
              <td>{job.typeTitle}</td>
              <td className="number">{bytesText(job.jobDirSize)}</td>
              <td className="number">{bytesText(job.intermediateResultsSizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
