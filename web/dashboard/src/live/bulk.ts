import {
  ChangeJobsLaneDocument,
  ClearJobsDocument,
  ClearJobsIntermediateResultsDocument,
  CloneJobChainDocument,
  CloneJobsDocument,
  DeleteJobsDocument,
  ExportJobsDocument,
  HoldJobsDocument,
  KillJobsDocument,
  LinkJobsDocument,
  MarkJobsCompleteDocument,
  MoveJobsDocument,
  QueueJobsDocument,
  ReleaseJobsDocument,
  RestartJobsDocument,
  type ResultFragment,
  SetJobsFinalResultDocument,
  SetJobsPriorityDocument,
  UnlinkJobsDocument,
} from '../gql/graphql';
import { request } from '../lib/api';
import type { ActionId } from './action-table';
import type { Job } from './objects';

/** As much of a job as an action must know. */
export type Subject = Pick<Job, 'id' | 'projectUid' | 'uid'> & Partial<Pick<Job, 'status' | 'workspaceUids'>>;

/** What the server says of an action on one or many jobs, also of one that was only tried out. */
export interface Outcome {
  /** Why nothing at all was done. */
  readonly errors: readonly { code: string; message: string }[];
  /** One per job, in the order asked. */
  readonly results: readonly ResultFragment[];
  readonly operation?: { id: string } | null;
  readonly workspace?: { uid: string; projectUid: string; title: string | null } | null;
}

/** Where linked, moved and cloned jobs go. */
export type Destination = { workspaceUid: string } | { newWorkspace: { title: string } };

export interface QueueChoice {
  readonly lane: string;
  readonly hostname?: string;
  readonly gpus?: number[];
  readonly priority?: number;
  readonly clusterCustomVars?: { name: string; value: string }[];
}

/** What the user has chosen for an action; each action reads what concerns it. */
export interface Choice {
  readonly destination?: Destination;
  /** The workspace that the jobs are seen in. */
  readonly from?: string;
  readonly queue?: QueueChoice;
  readonly priority?: number;
}

interface Head {
  dryRun: boolean;
  idempotencyKey: string;
}

const selectionOf = (jobs: readonly Subject[]) => ({ jobs: jobs.map(({ id }) => ({ job: { id } })) });

/** A queued job that has started meanwhile keeps its results: it is removed only from the queue. */
const onlyAsSeen = (jobs: readonly Subject[]) => ({
  jobs: jobs.map(({ id, status }) => ({ job: { id }, ...(status === 'QUEUED' && { expectedStatuses: ['QUEUED' as const] }) })),
});

const need = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the dialog of this action gives it');
  return value;
};

type Call = (jobs: readonly Subject[], choice: Choice, head: Head) => Promise<Outcome | null | undefined>;

const markFinal = async (jobs: readonly Subject[], isFinalResult: boolean, head: Head): Promise<Outcome | null> =>
  (await request(SetJobsFinalResultDocument, { input: { jobs: selectionOf(jobs), isFinalResult, ...head } })).setJobsFinalResult;

const CALLS: Record<ActionId, Call> = {
  queue: async (jobs, { queue }, head) =>
    (await request(QueueJobsDocument, { input: { jobs: selectionOf(jobs), ...need(queue), ...head } })).queueJobs,
  link: async (jobs, { destination }, head) =>
    (await request(LinkJobsDocument, { input: { jobs: selectionOf(jobs), destination: need(destination), ...head } })).linkJobs,
  unlink: async (jobs, { from }, head) =>
    (await request(UnlinkJobsDocument, { input: { jobs: selectionOf(jobs), workspaceUid: need(from), ...head } })).unlinkJobs,
  move: async (jobs, { from, destination }, head) => {
    const input = { jobs: selectionOf(jobs), fromWorkspaceUid: need(from), destination: need(destination), ...head };
    return (await request(MoveJobsDocument, { input })).moveJobs;
  },
  kill: async (jobs, _, head) => (await request(KillJobsDocument, { input: { jobs: selectionOf(jobs), ...head } })).killJobs,
  restart: async (jobs, _, head) => (await request(RestartJobsDocument, { input: { jobs: selectionOf(jobs), ...head } })).restartJobs,
  clear: async (jobs, _, head) => (await request(ClearJobsDocument, { input: { jobs: onlyAsSeen(jobs), ...head } })).clearJobs,
  clear_intermediate: async (jobs, _, head) =>
    (await request(ClearJobsIntermediateResultsDocument, { input: { jobs: selectionOf(jobs), ...head } })).clearJobsIntermediateResults,
  export: async (jobs, _, head) => (await request(ExportJobsDocument, { input: { jobs: selectionOf(jobs), ...head } })).exportJobs,
  clone: async (jobs, { from, destination }, head) => {
    const input = { jobs: selectionOf(jobs), ...(from && { fromWorkspaceUid: from }), ...(destination && { destination }), ...head };
    return (await request(CloneJobsDocument, { input })).cloneJobs;
  },
  clone_chain: async ([start, end], { from, destination }, head) => {
    const chain = { projectUid: need(start).projectUid, startJobUid: need(start).uid, endJobUid: need(end).uid };
    const input = { ...chain, ...(from && { fromWorkspaceUid: from }), ...(destination && { destination }), ...head };
    return (await request(CloneJobChainDocument, { input })).cloneJobChain;
  },
  complete: async (jobs, _, head) =>
    (await request(MarkJobsCompleteDocument, { input: { jobs: selectionOf(jobs), ...head } })).markJobsComplete,
  // The dialog has named the jobs that depend on it: this is what "force" stands for.
  delete: async (jobs, _, head) => (await request(DeleteJobsDocument, { input: { jobs: selectionOf(jobs), force: true, ...head } })).deleteJobs,
  hold: async (jobs, _, head) => (await request(HoldJobsDocument, { input: { jobs: selectionOf(jobs), ...head } })).holdJobs,
  release: async (jobs, _, head) => (await request(ReleaseJobsDocument, { input: { jobs: selectionOf(jobs), ...head } })).releaseJobs,
  priority: async (jobs, { priority }, head) =>
    (await request(SetJobsPriorityDocument, { input: { jobs: selectionOf(jobs), priority: need(priority), ...head } })).setJobsPriority,
  change_lane: async (jobs, { queue }, head) => {
    const { lane, clusterCustomVars } = need(queue);
    const input = { jobs: selectionOf(jobs), lane, ...(clusterCustomVars && { clusterCustomVars }), ...head };
    return (await request(ChangeJobsLaneDocument, { input })).changeJobsLane;
  },
  final: (jobs, _, head) => markFinal(jobs, true, head),
  not_final: (jobs, _, head) => markFinal(jobs, false, head),
};

/** Carry an action out, or only try it out. Rejects as `request` does. */
export async function callBulk(action: ActionId, jobs: readonly Subject[], choice: Choice, head: Head): Promise<Outcome> {
  const outcome = await CALLS[action](jobs, choice, head);
  return outcome ?? { errors: [{ code: 'UNKNOWN', message: 'The server could not do it.' }], results: [] };
}
