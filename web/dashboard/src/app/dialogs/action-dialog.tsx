import { useEffect, useState } from 'react';
import { ACTIONS, type Action } from '../../live/action-table';
import { closeAsk } from '../../live/asks';
import type { Outcome } from '../../live/bulk';
import { useBoard } from '../../live/hooks';
import { carryOut } from '../../live/perform';
import { problemText } from '../../live/query';
import { bytesText } from '../../lib/bytes';
import { Dialog } from '../../ui/dialog';
import { type ActionAsk, titleOf } from './action-ask';
import { JobList } from './job-list';
import { PriorityDialog } from './priority-dialog';
import { QueueDialog } from './queue-dialog';
import { WorkspaceDialog } from './workspace-dialog';

/** What comes before an action, by its kind. */
export function ActionDialog({ ask }: { ask: ActionAsk }) {
  const entry: Action = ACTIONS[ask.action];
  const kind = ask.jobs.length > 1 ? entry.several : entry.one;
  if (kind === 'lane') return <QueueDialog ask={ask} />;
  if (kind === 'workspace') return <WorkspaceDialog ask={ask} />;
  if (kind === 'priority') return <PriorityDialog ask={ask} />;
  return <Confirmation ask={ask} />;
}

/** What the server would do, by its own dry run. */
export function useTryOut(ask: ActionAsk): { outcome: Outcome | null; problem: string | null } {
  const { actions } = useBoard();
  const [held, setHeld] = useState<{ outcome: Outcome | null; problem: string | null }>({ outcome: ask.outcome ?? null, problem: null });
  useEffect(() => {
    if (ask.outcome) return;
    actions.tryOut(ask.action, ask.jobs, { from: ask.from }).then(
      (outcome) => setHeld({ outcome, problem: outcome.errors[0]?.message ?? null }),
      (error: unknown) => setHeld({ outcome: null, problem: problemText(error) }),
    );
  }, [actions, ask]);
  return held;
}

/** The bytes that an outcome frees in all. */
export const bytesOf = (outcome: Outcome | null): number => (outcome?.results ?? []).reduce((sum, { bytesFreed }) => sum + (bytesFreed ?? 0), 0);

/** Asks before something that has no way back; it lists what the dry run says of each job. */
function Confirmation({ ask }: { ask: ActionAsk }) {
  const { actions } = useBoard();
  const { outcome, problem } = useTryOut(ask);
  const entry: Action = ACTIONS[ask.action];
  const refused = new Set(outcome?.results.filter(({ errors }) => errors.length > 0).map(({ jobUid }) => jobUid));
  const applicable = ask.jobs.filter(({ uid }) => !refused.has(uid));
  const bytes = bytesOf(outcome);
  return (
    <Dialog title={titleOf(ask)} onClose={closeAsk} wide={ask.jobs.length > 1}>
      {entry.warning && <p className="muted">{entry.warning}</p>}
      <JobList jobs={ask.jobs} outcome={outcome} />
      {problem && <p className="problem">{problem}</p>}
      {bytes > 0 && <p className="dialog-note">{bytesText(bytes)} are freed on disk.</p>}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={closeAsk}>
          Cancel
        </button>
        <button
          type="button"
          className={entry.danger ? 'button danger' : 'button main'}
          data-autofocus
          disabled={applicable.length === 0}
          onClick={() => void carryOut(actions, ask.action, applicable, { from: ask.from })}
        >
          {entry.verb} {applicable.length === 1 ? 'job' : `${applicable.length} jobs`}
        </button>
      </div>
    </Dialog>
  );
}
