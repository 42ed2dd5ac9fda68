import type { JobStatus } from '../gql/graphql';

interface Look {
  readonly word: string;
  /** Path of the mark in a box of 12 × 12: each status has a shape of its own beside its colour. */
  readonly mark: string;
  readonly filled: boolean;
}

const RING = 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9';

const LOOKS: Record<JobStatus, Look> = {
  BUILDING: { word: 'Building', mark: 'M2 2h8v8h-8z', filled: false },
  QUEUED: { word: 'Queued', mark: `${RING}M6 3.8V6l1.6 1.2`, filled: false },
  LAUNCHED: { word: 'Launched', mark: 'M6 10V2M2.6 5.2L6 1.8l3.4 3.4', filled: false },
  STARTED: { word: 'Started', mark: `${RING}M6 1.5v9`, filled: false },
  RUNNING: { word: 'Running', mark: 'M3 1.5l7 4.5l-7 4.5z', filled: true },
  WAITING: { word: 'Waiting', mark: 'M3.5 2v8M8.5 2v8', filled: false },
  COMPLETED: { word: 'Completed', mark: 'M1.8 6.4l2.9 2.9l5.5-6', filled: false },
  KILLED: { word: 'Killed', mark: 'M2.5 2.5h7v7h-7z', filled: true },
  FAILED: { word: 'Failed', mark: 'M2.5 2.5l7 7M9.5 2.5l-7 7', filled: false },
};

export const statusWord = (status: JobStatus): string => LOOKS[status].word;

/** The sign of a status; it says nothing to a screen reader, so put the word beside it. */
export function StatusMark({ status }: { status: JobStatus }) {
  const { mark, filled } = LOOKS[status];
  return (
    <svg className="mark" data-filled={filled} viewBox="0 0 12 12" aria-hidden="true">
      <path d={mark} />
    </svg>
  );
}
