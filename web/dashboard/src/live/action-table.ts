import type { JobAction } from '../gql/graphql';
import type { Job } from './objects';

/** What comes before an action: nothing, a question if others are affected, always a question, or a choice. */
export type Ask = 'none' | 'if-affected' | 'confirm' | 'workspace' | 'lane' | 'priority';

/** One thing that can be done to jobs. Whether it is open for a job is the server's word, `Job.actions`. */
export interface Action {
  /** The server's name for it. */
  readonly api: JobAction;
  readonly label: string;
  /** The label when several jobs are selected. */
  readonly many: string;
  /** What the button of its dialog says. */
  readonly verb: string;
  /** Shown on the card from the click until it is done. */
  readonly underWay: string;
  /** Told afterwards, after the number of jobs: "3 jobs killed". */
  readonly past: string;
  readonly one: Ask;
  readonly several: Ask;
  readonly key?: string;
  readonly danger?: true;
  /** What cannot be undone, said in its dialog. */
  readonly warning?: string;
}

/** The core actions of the seed, in its order. The menu, the panel, the palette, the keys and the `?` sheet read this table. */
export const ACTIONS = {
  queue: {
    api: 'QUEUE', label: 'Queue…', many: 'Queue jobs…', verb: 'Queue', underWay: 'Queueing…', past: 'queued',
    one: 'lane', several: 'lane', key: 'q',
  },
  link: {
    api: 'LINK', label: 'Link to workspace…', many: 'Link jobs…', verb: 'Link', underWay: 'Linking…', past: 'linked',
    one: 'workspace', several: 'workspace', key: 'l',
  },
  unlink: {
    api: 'UNLINK', label: 'Unlink from workspace', many: 'Unlink jobs', verb: 'Unlink', underWay: 'Unlinking…', past: 'unlinked',
    one: 'none', several: 'confirm',
  },
  move: {
    api: 'MOVE', label: 'Move to workspace…', many: 'Move jobs…', verb: 'Move', underWay: 'Moving…', past: 'moved',
    one: 'workspace', several: 'workspace', key: 'm',
  },
  kill: {
    api: 'KILL', label: 'Kill…', many: 'Kill jobs…', verb: 'Kill', underWay: 'Killing…', past: 'killed',
    one: 'confirm', several: 'confirm', key: 'k', danger: true,
    warning: 'The processes are stopped. What they have written so far is kept until the job is cleared.',
  },
  restart: {
    api: 'RESTART', label: 'Restart…', many: 'Restart jobs…', verb: 'Restart', underWay: 'Restarting…', past: 'restarted',
    one: 'confirm', several: 'confirm', key: 'r',
    warning: 'Kills what runs, clears the results, and queues to the same lane with the same parameters.',
  },
  clear: {
    api: 'CLEAR', label: 'Clear', many: 'Clear jobs…', verb: 'Clear', underWay: 'Clearing…', past: 'cleared',
    one: 'if-affected', several: 'confirm', key: 'x',
    warning: 'Results and outputs are erased from disk. Parameters and connections are kept.',
  },
  clear_intermediate: {
    api: 'CLEAR_INTERMEDIATE_RESULTS', label: 'Clear Intermediate Results', many: 'Clear Intermediate Results…', verb: 'Clear results',
    underWay: 'Clearing…', past: 'cleared of intermediate results', one: 'none', several: 'confirm',
    warning: 'Final results, and results that are used elsewhere, are kept.',
  },
  export: {
    api: 'EXPORT', label: 'Export', many: 'Export jobs', verb: 'Export', underWay: 'Exporting…', past: 'exported',
    one: 'none', several: 'none', key: 'e',
  },
  clone: {
    api: 'CLONE', label: 'Clone…', many: 'Clone jobs…', verb: 'Clone', underWay: 'Cloning…', past: 'cloned',
    one: 'workspace', several: 'workspace', key: 'c',
  },
  clone_chain: {
    api: 'CLONE_CHAIN', label: 'Clone job chain…', many: 'Clone job chain…', verb: 'Clone', underWay: 'Cloning…', past: 'cloned',
    one: 'workspace', several: 'workspace',
  },
  complete: {
    api: 'MARK_COMPLETE', label: 'Mark as complete…', many: 'Mark jobs as complete…', verb: 'Mark as complete', underWay: 'Completing…',
    past: 'marked as complete', one: 'confirm', several: 'confirm',
    warning: 'The latest version of each result becomes the final one, for use by other jobs.',
  },
  delete: {
    api: 'DELETE', label: 'Delete…', many: 'Delete jobs…', verb: 'Delete', underWay: 'Deleting…', past: 'deleted',
    one: 'confirm', several: 'confirm', key: 'Delete', danger: true,
    warning: 'All results are erased from disk and the jobs leave every workspace. This cannot be undone.',
  },
  hold: {
    api: 'HOLD', label: 'Hold in queue', many: 'Hold in queue', verb: 'Hold', underWay: 'Holding…', past: 'held', one: 'none', several: 'none',
  },
  release: {
    api: 'RELEASE', label: 'Release', many: 'Release', verb: 'Release', underWay: 'Releasing…', past: 'released', one: 'none', several: 'none',
  },
  priority: {
    api: 'SET_PRIORITY', label: 'Change priority…', many: 'Change priority…', verb: 'Change priority of', underWay: 'Changing priority…',
    past: 'given another priority', one: 'priority', several: 'priority',
  },
  change_lane: {
    api: 'CHANGE_LANE', label: 'Change lane…', many: 'Change lane…', verb: 'Change lane of', underWay: 'Changing lane…',
    past: 'moved to another lane', one: 'lane', several: 'lane',
  },
  final: {
    api: 'SET_FINAL_RESULT', label: 'Mark as final result', many: 'Mark as final results', verb: 'Mark', underWay: 'Marking…',
    past: 'marked as final', one: 'none', several: 'none',
  },
  not_final: {
    api: 'SET_FINAL_RESULT', label: 'Remove the final mark', many: 'Remove the final marks', verb: 'Unmark', underWay: 'Unmarking…',
    past: 'no longer final', one: 'none', several: 'none',
  },
} as const satisfies Record<string, Action>;

export type ActionId = keyof typeof ACTIONS;

export const actionOf = (id: ActionId): Action => ACTIONS[id];

/** What the actions panel of one job holds. */
export const CORE: readonly ActionId[] = [
  'queue', 'link', 'unlink', 'move', 'kill', 'restart', 'clear', 'clear_intermediate', 'export', 'clone', 'complete', 'delete',
];

/** What the palette of several jobs holds. */
export const MULTI: readonly ActionId[] = [
  'queue', 'kill', 'clear', 'restart', 'complete', 'link', 'move', 'clone', 'clone_chain', 'clear_intermediate', 'export', 'unlink', 'delete',
];

/** What jobs in certain states have beside the core actions, and when any of the given jobs has it. */
const EXTRA: Partial<Record<ActionId, (job: Job) => boolean>> = {
  priority: ({ status }) => status === 'QUEUED',
  change_lane: ({ status }) => status === 'QUEUED',
  hold: ({ status, onHold }) => status === 'QUEUED' && !onHold,
  release: ({ status, onHold }) => status === 'QUEUED' && onHold,
  final: ({ status, isFinalResult }) => status === 'COMPLETED' && !isFinalResult,
  not_final: ({ isFinalResult }) => isFinalResult,
};

export const EXTRAS = Object.keys(EXTRA) as ActionId[];

export const extrasOf = (jobs: readonly Job[]): ActionId[] => EXTRAS.filter((id) => jobs.some((job) => EXTRA[id]?.(job)));
