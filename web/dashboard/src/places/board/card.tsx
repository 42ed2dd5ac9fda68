import { memo } from 'react';
import { ACTION_OF, type ActionName } from '../../live/actions';
import { useIntent, useJob } from '../../live/hooks';
import { inStatusSince, type Job, PHASES } from '../../live/objects';
import { Age } from '../../ui/age';
import { Progress } from '../../ui/progress';
import { StatusMark, statusWord } from '../../ui/status';
import { progressText } from './progress-text';

const LABELS: Record<ActionName, { rest: string; underWay: string }> = {
  kill: { rest: 'Kill', underWay: 'Killing…' },
  remove: { rest: 'Remove from queue', underWay: 'Removing…' },
};

interface CardProps {
  id: string;
  /** Place in the lane's queue, 1 being next; null for active and held jobs. */
  place: number | null;
  onAction: (action: ActionName, job: Job) => void;
}

/** A job of a lane. Only a change of this job, its place or its intent renders it. */
export const Card = memo(function Card({ id, place, onAction }: CardProps) {
  const job = useJob(id);
  if (!job) return null;
  return (
    <article
      className="card"
      data-job={`${job.projectUid}.${job.uid}`}
      data-status={job.status}
      aria-label={`${job.projectUid} ${job.uid}, ${job.typeTitle}, ${statusWord(job.status)}`}
    >
      <CardHead job={job} />
      <h3 className="card-type">{job.typeTitle}</h3>
      {job.title && job.title !== job.typeTitle && <p className="card-title">{job.title}</p>}
      {job.progress && PHASES[job.status] === 'active' && <JobProgress progress={job.progress} />}
      {job.status === 'QUEUED' && <WhyWaiting job={job} place={place} />}
      <CardFoot job={job} onAction={onAction} />
    </article>
  );
});

function CardHead({ job }: { job: Job }) {
  return (
    <header className="card-head">
      <StatusMark status={job.status} />
      <span className="uid">
        {job.projectUid} <b>{job.uid}</b>
      </span>
      <span className="fact" title="GPU tokens">
        <Chip /> {job.numTokens}
        <span className="unseen"> GPU tokens</span>
      </span>
      <span className="fact" title="Priority">
        <Arrow /> {job.priority}
        <span className="unseen"> priority</span>
      </span>
      <span className="status">{statusWord(job.status)}</span>
    </header>
  );
}

function JobProgress({ progress }: { progress: NonNullable<Job['progress']> }) {
  const text = progressText(progress);
  const percent = progress.fraction === null ? '' : `${Math.round(progress.fraction * 100)} %`;
  return (
    <div className="card-progress">
      <Progress fraction={progress.fraction} label="Progress" />
      <p className="small">
        <span className="cut" title={text}>
          {text}
        </span>
        <span>{percent}</span>
      </p>
    </div>
  );
}

function WhyWaiting({ job, place }: { job: Job; place: number | null }) {
  const placeText = place === null ? 'On hold' : place === 1 ? 'Next' : `Place ${place}`;
  return (
    <p className="small waiting">
      <b>{placeText}</b>
      {job.waitingFor?.message && <span> · {job.waitingFor.message}</span>}
    </p>
  );
}

function CardFoot({ job, onAction }: Omit<CardProps, 'id' | 'place'> & { job: Job }) {
  const intent = useIntent(job.id);
  const action = ACTION_OF[PHASES[job.status]];
  const since = inStatusSince(job);
  return (
    <footer className="card-foot">
      <span className="small cut">
        {job.createdBy?.name ?? 'unknown'}
        {since && (
          <>
            {' · '}
            <Age since={since} />
          </>
        )}
      </span>
      {action && (
        <button
          type="button"
          className="button quiet"
          data-action={action}
          aria-disabled={intent !== undefined}
          aria-label={`${LABELS[action].rest}: ${job.projectUid} ${job.uid}`}
          onClick={() => intent ?? onAction(action, job)}
        >
          {intent ? LABELS[intent].underWay : LABELS[action].rest}
        </button>
      )}
    </footer>
  );
}

const Chip = () => (
  <svg className="icon" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M3 3h6v6H3zM4.5 1v2M7.5 1v2M4.5 9v2M7.5 9v2M1 4.5h2M1 7.5h2M9 4.5h2M9 7.5h2" />
  </svg>
);

const Arrow = () => (
  <svg className="icon" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M2.5 6L6 2.5L9.5 6M2.5 10L6 6.5L9.5 10" />
  </svg>
);
