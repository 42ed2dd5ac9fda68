import { useJob } from '../../live/hooks';
import { type Job, PHASES } from '../../live/objects';
import { Dialog } from '../../ui/dialog';
import { StatusMark, statusWord } from '../../ui/status';

interface KillDialogProps {
  id: string;
  onKill: (job: Job) => void;
  onClose: () => void;
}

/** Asks before a job is killed, since a kill cannot be taken back. It follows the job while it is open. */
export function KillDialog({ id, onKill, onClose }: KillDialogProps) {
  const job = useJob(id);
  if (!job) return null;
  const isActive = PHASES[job.status] === 'active';
  return (
    <Dialog title={`Kill ${job.projectUid} ${job.uid}?`} onClose={onClose}>
      <p className="dialog-job" data-status={job.status}>
        <StatusMark status={job.status} /> {job.typeTitle} <span className="status">{statusWord(job.status)}</span>
      </p>
      <p>
        {isActive
          ? 'Its processes are stopped. What it has written so far stays in its directory. This cannot be undone.'
          : 'It is not active any more, so there is nothing to kill.'}
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {isActive ? 'Keep it' : 'Close'}
        </button>
        {isActive && (
          <button type="button" className="button danger" data-autofocus onClick={() => onKill(job)}>
            Kill job
          </button>
        )}
      </div>
    </Dialog>
  );
}
