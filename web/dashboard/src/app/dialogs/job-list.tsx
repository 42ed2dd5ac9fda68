import type { Outcome } from '../../live/bulk';
import { useAnyJob } from '../../live/hooks';
import type { Job } from '../../live/objects';
import { StatusMark, statusWord } from '../../ui/status';

interface JobListProps {
  jobs: readonly Job[];
  /** What a dry run says of each. */
  outcome: Outcome | null;
}

/** The jobs of an action for review, each with what happens to it, or why nothing does. */
export function JobList({ jobs, outcome }: JobListProps) {
  const results = new Map(outcome?.results.map((result) => [`${result.projectUid}.${result.jobUid}`, result]));
  return (
    // oxlint-disable-next-line jsx-a11y/no-redundant-roles, jsx-a11y/no-noninteractive-tabindex -- Safari forgets lists without bullets; it scrolls by keyboard
    <ul className="review" role="list" aria-label="Jobs of this action" tabIndex={jobs.length > 6 ? 0 : undefined}>
      {jobs.map((job) => {
        const result = results.get(`${job.projectUid}.${job.uid}`);
        return (
          <Line
            key={job.id}
            given={job}
            notices={result?.notices.map(({ message }) => message) ?? []}
            refusal={result?.errors[0]?.message}
          />
        );
      })}
    </ul>
  );
}

interface LineProps {
  given: Job;
  notices: readonly string[];
  refusal: string | undefined;
}

function Line({ given, notices, refusal }: LineProps) {
  const job = useAnyJob(given.id) ?? given;
  return (
    <li data-status={job.status} data-review={`${job.projectUid}.${job.uid}`} data-refused={refusal !== undefined}>
      <StatusMark status={job.status} />
      <span className="uid">
        {job.projectUid} <b>{job.uid}</b>
      </span>
      <span className="cut">{job.title || job.typeTitle}</span>
      <span className="status">{statusWord(job.status)}</span>
      {refusal && <span className="review-note">Skipped: {refusal}</span>}
      {!refusal && notices.length > 0 && <span className="review-note">{notices.join(' ')}</span>}
    </li>
  );
}
