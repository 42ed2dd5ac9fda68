import type { Job } from '../../live/objects';
import { durationText } from '../../lib/duration';

/** Step, iteration and time left, as far as the job reports them: "Fitting · 12 of 19 · 2:05 min left". */
export function progressText(progress: NonNullable<Job['progress']>): string {
  const { message, iteration, iterations, etaSeconds } = progress;
  const parts = [
    message,
    iteration !== null && (iterations === null ? `iteration ${iteration}` : `${iteration} of ${iterations}`),
    etaSeconds !== null && etaSeconds >= 1 && `${durationText(etaSeconds * 1000)} left`,
  ];
  return parts.filter(Boolean).join(' · ');
}
