import { memo } from 'react';
import { useJob, useStore } from '../../live/hooks';
import { inStatusSince, type Job } from '../../live/objects';
import { durationText } from '../../lib/duration';
import { Age } from '../../ui/age';
import { StatusMark, statusWord } from '../../ui/status';

/** The jobs that ended while the page was open, newest first. */
export function Finished() {
  const ids = useStore('finished', (store) => store.finished());
  if (ids.length === 0) return null;
  return (
    <section className="finished" aria-labelledby="finished-title">
      <h2 id="finished-title">Recently finished</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul role="list">
        {ids.map((id) => (
          <li key={id}>
            <FinishedCard id={id} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How long the program ran: "took 2:05 min"; empty if it never did. */
function tookText(job: Job): string {
  const ended = inStatusSince(job);
  const began = job.startedAt ?? job.launchedAt;
  return ended && began ? `took ${durationText(Date.parse(ended) - Date.parse(began))}` : '';
}

const FinishedCard = memo(function FinishedCard({ id }: { id: string }) {
  const job = useJob(id);
  if (!job) return null;
  const ended = inStatusSince(job);
  return (
    <article
      className="card ended"
      data-job={`${job.projectUid}.${job.uid}`}
      data-status={job.status}
      aria-label={`${job.projectUid} ${job.uid}, ${job.typeTitle}, ${statusWord(job.status)}`}
    >
      <header className="card-head">
        <StatusMark status={job.status} />
        <span className="uid">
          {job.projectUid} <b>{job.uid}</b>
        </span>
        <span className="status">{statusWord(job.status)}</span>
      </header>
      <h3 className="card-type cut">{job.typeTitle}</h3>
      <p className="small">
        <span className="cut">{tookText(job)}</span>
        {ended && (
          <span>
            <Age since={ended} /> ago
          </span>
        )}
      </p>
    </article>
  );
});
