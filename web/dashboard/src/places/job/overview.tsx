import { JobInputsOutputsDocument } from '../../gql/graphql';
import { durationText } from '../../lib/duration';
import { type Job, PHASES } from '../../live/objects';
import { useAnswer } from '../../live/query';
import { Progress } from '../../ui/progress';
import { About } from './about';

/** What came of the job so far: how far it is, its pictures and its outputs. */
export function Overview({ job }: { job: Job }) {
  const { data, problem } = useAnswer(JobInputsOutputsDocument, { job: { id: job.id } }, job.revision);
  const details = data?.job;
  const pictures = details?.outputs.filter(({ imageUrl }) => imageUrl !== null) ?? [];
  return (
    <div className="overview">
      {problem && <p className="problem">{problem}</p>}
      {job.progress && PHASES[job.status] === 'active' && (
        <section aria-label="Progress" data-status={job.status}>
          <Progress fraction={job.progress.fraction} label="Progress" />
          <p className="small">
            {job.progress.message}
            {job.progress.etaSeconds !== null && ` · ${durationText(job.progress.etaSeconds * 1000)} left`}
          </p>
        </section>
      )}
      {job.status === 'QUEUED' && job.waitingFor && <p className="why">{job.waitingFor.message}</p>}
      {details && <About job={details} />}
      {details && details.buildErrors.length > 0 && (
        <ul className="troubles" aria-label="Build errors">
          {details.buildErrors.map(({ message }) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      {pictures.length > 0 && (
        <div className="pictures">
          {pictures.map((output) => (
            <figure key={output.name}>
              <a href={output.imageUrl ?? ''} target="_blank" rel="noreferrer" title="Open the whole picture">
                <img src={output.imageUrl ?? ''} alt={output.title} loading="lazy" />
              </a>
              <figcaption>{output.title}</figcaption>
            </figure>
          ))}
        </div>
      )}
      <h3>Outputs</h3>
      {details?.outputs.length === 0 && <p className="muted">None yet.</p>}
      <ul className="outputs">
        {details?.outputs.map((output) => (
          <li key={output.name}>
            <b>{output.title}</b> <span className="tag">{output.type}</span> <span className="small">{output.numItems.toLocaleString()} items</span>
          </li>
        ))}
      </ul>
      {details?.logUrl && (
        <p>
          <a href={details.logUrl}>Download the log</a>
        </p>
      )}
    </div>
  );
}
