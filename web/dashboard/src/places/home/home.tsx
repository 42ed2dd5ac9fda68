import { AllTargetsDocument, EndedLatelyDocument, ProjectNewsDocument, type ProjectNewsSubscription, RecentProjectsDocument } from '../../gql/graphql';
import { openOverlay } from '../../lib/navigate';
import { Value } from '../../lib/value';
import { openFeed } from '../../live/feed';
import { openJob } from '../../live/grid';
import { useBoard, useJob, useLane, useOpened, useStore, useValue } from '../../live/hooks';
import { inStatusSince, type Job, PHASES, type Target } from '../../live/objects';
import { useAnswer } from '../../live/query';
import { usesOf } from '../../live/target-use';
import { Age } from '../../ui/age';
import { Counts } from '../../ui/counts';
import { PlaceLink } from '../../ui/place-link';
import { Progress } from '../../ui/progress';
import { StatusMark, statusWord } from '../../ui/status';

/** More than that is read in Current Jobs. */
const ROWS_DRAWN = 200;

/** The first page: my jobs, the machines, and the way to the projects. */
export function Home() {
  const { viewer } = useBoard();
  const ids = useStore('lanes', (store) => store.currentIds());
  return (
    <div className="place-scroll home">
      <div className="home-side">
        <section aria-labelledby="home-jobs" className="home-part">
          <header>
            <h1 id="home-jobs">My jobs</h1>
            <button type="button" className="button quiet" onClick={() => openOverlay({ kind: 'jobs', view: 'all' })}>
              All current jobs
            </button>
          </header>
          <div className="home-rows">
            {ids.slice(0, ROWS_DRAWN).map((id) => (
              <MyJob key={id} id={id} me={viewer.id} />
            ))}
          </div>
          <p className="muted empty-note">Nothing of yours is queued or running.</p>
        </section>
        <EndedLately />
      </div>
      <div className="home-side">
        <Targets />
        <RecentProjects />
      </div>
    </div>
  );
}

function MyJob({ id, me }: { id: string; me: string }) {
  const job = useJob(id);
  return job && job.createdBy?.id === me ? <Row job={job} /> : null;
}

function Row({ job }: { job: Job }) {
  const since = inStatusSince(job);
  const reason = PHASES[job.status] === 'done' ? exitReason(job) : job.waitingFor?.message;
  return (
    <button type="button" className="home-row" data-home-job={`${job.projectUid}.${job.uid}`} data-status={job.status} onClick={() => openJob(job)}>
      <StatusMark status={job.status} />
      <span className="uid">
        {job.projectUid} <b>{job.uid}</b>
      </span>
      <span className="cut">{job.title || job.typeTitle}</span>
      {job.progress && PHASES[job.status] === 'active' ? <Progress fraction={job.progress.fraction} label={`Progress of ${job.uid}`} /> : <span className="small cut">{reason}</span>}
      <span className="status">{statusWord(job.status)}</span>
      <span className="small">{since && <Age since={since} />}</span>
    </button>
  );
}

/** Why a job ended that was not completed. */
const exitReason = ({ status, exitReason: reason }: Job): string => (status === 'COMPLETED' || !reason ? '' : reason.toLowerCase().replaceAll('_', ' '));

function EndedLately() {
  const { viewer } = useBoard();
  const finished = useStore('finished', (store) => store.finished());
  const { data } = useAnswer(EndedLatelyDocument, { me: viewer.id }, finished);
  const jobs = data?.jobs?.nodes ?? [];
  return (
    <section aria-labelledby="home-ended" className="home-part">
      <header>
        <h2 id="home-ended">Ended lately</h2>
      </header>
      <div className="home-rows">
        {jobs.map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </div>
      {data && <p className="muted empty-note">None of your jobs has ended yet.</p>}
    </section>
  );
}

function Targets() {
  const inUse = useStore('targets', (store) => store.targets());
  const { data } = useAnswer(AllTargetsDocument, {}, inUse.length);
  const live = new Map(inUse.map((target) => [target.id, target]));
  const targets = (data?.targets ?? []).map((target) => live.get(target.id) ?? target);
  return (
    <section aria-labelledby="home-targets" className="home-part">
      <header>
        <h2 id="home-targets">Machines and clusters</h2>
      </header>
      <div className="home-rows">
        {targets.map((target) => (
          <TargetRow key={target.id} target={target} />
        ))}
      </div>
      {targets.length === 0 && <p className="muted">{data ? 'None yet. An administrator adds them.' : ''}</p>}
    </section>
  );
}

function TargetRow({ target }: { target: Target }) {
  const lane = useLane(target.laneName);
  return (
    <button type="button" className="home-row target-row" onClick={() => openOverlay({ kind: 'target', name: target.name })}>
      <span className="dot" data-online={target.online} aria-hidden="true" />
      <b className="cut">{target.title}</b>
      <span className="small cut">{lane?.title ?? target.laneName}</span>
      <span className="uses">
        {usesOf(target).map(({ kind, used, total }) => (
          <span key={kind} className="use">
            <span className="small">{kind}</span>
            <meter min={0} max={total} value={used} aria-label={`${kind} in use on ${target.title}`} />
            <span className="small">
              {used}/{total}
            </span>
          </span>
        ))}
      </span>
      {!target.online && <span className="badge">Unreachable</span>}
      {target.drained && <span className="badge">Drained</span>}
    </button>
  );
}

const NO_NEWS = new Value(0);

/** Another number whenever something of a project is another. */
function useProjectNews(): number {
  const { client } = useBoard();
  const opened = useOpened(() => {
    const count = new Value(0);
    const onMessage = ({ kind }: ProjectNewsSubscription['projectChanges']): void => count.set(count.get() + Number(kind !== 'HEARTBEAT'));
    return { count, close: openFeed(client, { document: ProjectNewsDocument, onMessage }) };
  }, '');
  return useValue(opened?.count ?? NO_NEWS);
}

function RecentProjects() {
  const { data } = useAnswer(RecentProjectsDocument, {}, useProjectNews());
  return (
    <section aria-labelledby="home-projects" className="home-part">
      <header>
        <h2 id="home-projects">Projects</h2>
        <PlaceLink to={{ kind: 'projects' }} className="button quiet">
          All projects
        </PlaceLink>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles -- Safari forgets lists without bullets */}
      <ul className="tiles flush" role="list">
        {(data?.projects?.nodes ?? []).map((project) => (
          <li key={project.id} className="tile">
            <h3>
              <PlaceLink to={{ kind: 'project', project: project.uid }}>
                <span className="uid">{project.uid}</span> {project.title}
              </PlaceLink>
            </h3>
            <Counts counts={project.jobCounts} />
          </li>
        ))}
      </ul>
      {data?.projects?.nodes.length === 0 && <p className="muted">Make your first project under “All projects”.</p>}
    </section>
  );
}
