interface ProgressProps {
  /** 0 to 1; null when it cannot be known. */
  fraction: number | null;
  label: string;
}

/** A thin bar. It moves without a transition: those cost a fifth of the main thread on a busy board. */
export function Progress({ fraction, label }: ProgressProps) {
  const percent = fraction === null ? null : Math.round(fraction * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? { 'data-unknown': true } : { 'aria-valuenow': percent })}
    >
      <div className="progress-done" style={{ width: percent === null ? '100%' : `${percent}%` }} />
    </div>
  );
}
