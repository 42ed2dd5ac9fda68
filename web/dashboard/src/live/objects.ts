import type {
  CurrentJobsChangesSubscription,
  CurrentJobsQuery,
  JobCardFragment,
  JobStatus,
  LaneHeaderFragment,
  TargetPillFragment,
  TokensFragment,
} from '../gql/graphql';

export type Job = JobCardFragment;
export type Lane = LaneHeaderFragment;
export type Target = TargetPillFragment;
export type TokenUsage = TokensFragment;
export type Viewer = NonNullable<CurrentJobsQuery['viewer']>;
export type Instance = NonNullable<Message['instance']>;
export type FirstPage = NonNullable<CurrentJobsQuery['currentJobs']>;
export type Message = CurrentJobsChangesSubscription['currentJobsChanges'];

/** Where a job stands in its life, seen from the board. */
export type Phase = 'building' | 'queued' | 'active' | 'done';

export const PHASES: Record<JobStatus, Phase> = {
  BUILDING: 'building',
  QUEUED: 'queued',
  LAUNCHED: 'active',
  STARTED: 'active',
  RUNNING: 'active',
  WAITING: 'active',
  COMPLETED: 'done',
  KILLED: 'done',
  FAILED: 'done',
};

export const isCurrent = (job: Job): boolean => PHASES[job.status] === 'queued' || PHASES[job.status] === 'active';
export const isDone = (job: Job): boolean => PHASES[job.status] === 'done';

/** The field that says when the job came into its present status. */
const TIMES: Record<JobStatus, keyof Job & `${string}At`> = {
  BUILDING: 'createdAt',
  QUEUED: 'queuedAt',
  LAUNCHED: 'launchedAt',
  STARTED: 'startedAt',
  RUNNING: 'runningAt',
  WAITING: 'waitingAt',
  COMPLETED: 'completedAt',
  KILLED: 'killedAt',
  FAILED: 'failedAt',
};

/** When the job came into its present status (ISO 8601); null if the server does not say. */
export const inStatusSince = (job: Job): string | null => job[TIMES[job.status]];
