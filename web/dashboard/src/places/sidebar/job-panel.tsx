import { type JobSidebarQuery, JobSidebarDocument } from '../../gql/graphql';
import { goTo, linkTo } from '../../lib/navigate';
import { isPanelOpen } from '../../live/asks';
import { openJob } from '../../live/grid';
import { useAnyJob } from '../../live/hooks';
import { inStatusSince, PHASES } from '../../live/objects';
import { useAnswer } from '../../live/query';
import { Age } from '../../ui/age';
import { Markdown } from '../../ui/markdown';
import { Progress } from '../../ui/progress';
import { StatusMark, statusWord } from '../../ui/status';
import { ActionsPanel } from './actions-panel';
import { factsOf } from './facts';

export type Details = NonNullable<JobSidebarQuery['job']>;

interface JobPanelProps {
  id: string;
  /** Its own dialog is open already. */
  isViewed: boolean;
  isOpen: boolean;
}

/** Everything about one job that is worth a glance. */
export function JobPanel({ id, isViewed, isOpen }: JobPanelProps) {
  const live = useAnyJob(id);
  const { data, problem } = useAnswer(JobSidebarDocument, { job: { id } }, live?.revision);
  const job = data?.job;
  return (
    <>
      <div className="sidebar-body" data-sidebar={job ? `${job.projectUid}.${job.uid}` : undefined}>
        {problem && <p className="problem">{problem}</p>}
        {job && <Body job={job} isViewed={isViewed} />}
        {!job && data && <p className="muted">This job cannot be seen.</p>}
      </div>
      {isOpen && live && !live.deleted && <ActionsPanel job={live} />}
      <footer className="sidebar-foot">
        <button type="button" className="button" aria-expanded={isOpen} onClick={() => isPanelOpen.set(!isOpen)}>
          Actions
        </button>
        {!isViewed && (
          <button type="button" className="button main" disabled={!job || job.deleted} onClick={() => job && openJob(job)}>
            View Job
          </button>
        )}
      </footer>
    </>
  );
}

function Body({ job, isViewed }: { job: Details; isViewed: boolean }) {
  const since = inStatusSince(job);
  return (
    <>
      <header className="sidebar-head" data-status={job.status}>
        <p>
          <StatusMark status={job.status} />
          <span className="uid">
            {job.projectUid} <b>{job.uid}</b>
          </span>
          <span className="status">{job.deleted ? 'Deleted' : statusWord(job.status)}</span>
          {since && (
            <span className="small">
              <Age since={since} />
            </span>
          )}
        </p>
        <h2>{job.title || job.typeTitle}</h2>
        {job.title && job.title !== job.typeTitle && <p className="muted">{job.typeTitle}</p>}
      </header>
      {job.progress && PHASES[job.status] === 'active' && (
        <div data-status={job.status}>
          <Progress fraction={job.progress.fraction} label="Progress" />
          <p className="small">{job.progress.message}</p>
        </div>
      )}
      {job.status === 'QUEUED' && <Waiting job={job} />}
      <Troubles job={job} />
      {job.description && !isViewed && <Markdown text={job.description} />}
      <dl className="facts">
        {factsOf(job).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Relatives title="Inputs from" jobs={job.parents.map((parent) => ({ ...parent, projectUid: job.projectUid }))} />
      <Relatives title="Outputs used by" jobs={job.children} />
      <Workspaces job={job} />
      {job.tags.length > 0 && (
        <p className="tags">
          {job.tags.map((tag) => (
            <span key={tag.id} className="tag" data-colour={tag.colour}>
              {tag.title}
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function Waiting({ job }: { job: Details }) {
  const { waitingFor } = job;
  if (!waitingFor) return null;
  return (
    <section className="why" data-status="QUEUED">
      <p>
        {waitingFor.positionInLane !== null && <b>Place {waitingFor.positionInLane}. </b>}
        {waitingFor.message}
      </p>
      {waitingFor.blockedBy.map((blocker) => (
        <button key={blocker.id} type="button" className="link" onClick={() => openJob(blocker)}>
          {blocker.projectUid} {blocker.uid} {blocker.typeTitle}
        </button>
      ))}
    </section>
  );
}

function Troubles({ job }: { job: Details }) {
  const texts = [...job.errorsRun.map(({ message }) => message), ...(job.status === 'BUILDING' ? job.buildErrors.map(({ message }) => message) : [])];
  if (texts.length === 0) return null;
  return (
    <ul className="troubles" aria-label="Errors and warnings">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function Relatives({ title, jobs }: { title: string; jobs: readonly { id: string; uid: string; projectUid: string }[] }) {
  if (jobs.length === 0) return null;
  return (
    <section className="relatives">
      <h3>{title}</h3>
      <p>
        {jobs.map((job) => (
          <button key={job.id} type="button" className="link" onClick={() => openJob(job)}>
            {job.uid}
          </button>
        ))}
      </p>
    </section>
  );
}

function Workspaces({ job }: { job: Details }) {
  return (
    <section className="relatives">
      <h3>{job.workspaces.length > 1 ? 'In workspaces' : 'In workspace'}</h3>
      <p>
        {job.workspaces.map(({ uid, title }) => {
          const place = { kind: 'workspace', project: job.projectUid, workspace: uid, layout: 'cards' } as const;
          const follow = (event: React.MouseEvent): void => {
            event.preventDefault();
            goTo(place);
          };
          return (
            <a key={uid} href={linkTo(place)} onClick={follow}>
              {uid} {title}
            </a>
          );
        })}
      </p>
    </section>
  );
}
