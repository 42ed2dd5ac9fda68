import { memo } from 'react';
import { ACTIONS } from '../../live/action-table';
import { ACTION_OF, buttonLabel } from '../../live/actions';
import { elementId, type Grid, mouseHandlers, openJob, openMenuAt } from '../../live/grid';
import { useBoard, useIntent, useIsActive, useIsSelected, useJob } from '../../live/hooks';
import { inStatusSince, type Job, PHASES } from '../../live/objects';
import { begin } from '../../live/perform';
import { Age } from '../../ui/age';
import { Dots } from '../../ui/icons';
import { Progress } from '../../ui/progress';
import { StatusMark, statusWord } from '../../ui/status';
import { progressText } from './progress-text';

interface CardProps {
  id: string;
  /** The list that the card stands in. */
  grid: Grid;
  /** Place in the lane's queue, 1 being next; null for active and held jobs. */
  place: number | null;
}

/** A job of a lane. Only a change of this job, its place, its selection or its intent renders it. */
export const Card = memo(function Card({ id, grid, place }: CardProps) {
  const job = useJob(id);
  const isSelected = useIsSelected(grid.scope, id);
  const isActive = useIsActive(grid.scope, id);
  if (!job) return null;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the keys
    <div
      role="row"
      tabIndex={-1}
      id={elementId(grid.scope, id)}
      className="card"
      data-job={`${job.projectUid}.${job.uid}`}
      data-status={job.status}
      aria-selected={isSelected}
      aria-label={`${job.projectUid} ${job.uid}, ${job.typeTitle}, ${statusWord(job.status)}`}
      {...mouseHandlers(grid, id)}
    >
      <div role="gridcell">
        <CardHead job={job} />
        <h3 className="card-type cut">
          {job.typeTitle}
          {job.title && job.title !== job.typeTitle && <span className="card-title"> {job.title}</span>}
        </h3>
        {job.progress && PHASES[job.status] === 'active' && <JobProgress progress={job.progress} />}
        {job.status === 'QUEUED' && <WhyWaiting job={job} place={place} />}
        <CardFoot job={job} grid={grid} isActive={isActive} />
      </div>
    </div>
  );
});

function CardHead({ job }: { job: Job }) {
  return (
    <header className="card-head">
      <StatusMark status={job.status} />
      <span className="uid">
        {job.projectUid} <b>{job.uid}</b>
      </span>
      <span className="fact" data-fact="tokens" title="GPU tokens">
        <Chip /> {job.numTokens}
        <span className="unseen"> GPU tokens</span>
      </span>
      <span className="fact" data-fact="priority" title="Priority">
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

interface CardFootProps {
  job: Job;
  grid: Grid;
  isActive: boolean;
}

function CardFoot({ job, grid, isActive }: CardFootProps) {
  const { actions } = useBoard();
  const intent = useIntent(job.id);
  const action = ACTION_OF[PHASES[job.status]];
  const since = inStatusSince(job);
  const name = `${job.projectUid} ${job.uid}`;
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
      {job.status === 'WAITING' && (
        <button type="button" className="button quiet" tabIndex={isActive ? 0 : -1} aria-label={`Answer ${name}`} onClick={() => openJob(job, 'interact')}>
          Answer…
        </button>
      )}
      {action && (
        <button
          type="button"
          className="button quiet"
          data-action={action}
          tabIndex={isActive ? 0 : -1}
          aria-disabled={intent !== undefined}
          aria-label={`${buttonLabel(job)}: ${name}`}
          onClick={() => intent ?? void begin(actions, action, [job])}
        >
          {intent ? ACTIONS[intent].underWay : buttonLabel(job)}
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        tabIndex={isActive ? 0 : -1}
        aria-haspopup="menu"
        aria-label={`Menu of ${name}`}
        onClick={(event) => openMenuAt(grid, job.id, event.currentTarget)}
      >
        <Dots />
      </button>
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
