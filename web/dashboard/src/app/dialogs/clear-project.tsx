import { useEffect, useState } from 'react';
import { ClearProjectDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { bytesText } from '../../lib/bytes';
import { newKey } from '../../lib/key';
import { closeAsk } from '../../live/asks';
import { useBoard } from '../../live/hooks';
import { tellOf } from '../../live/operations';
import { told } from '../../live/told';
import { Dialog } from '../../ui/dialog';

const NAME = 'Clear Intermediate Results';

const clear = (project: string, dryRun: boolean) =>
  request(ClearProjectDocument, { input: { projectUid: project, dryRun, idempotencyKey: newKey() } }).then(
    (answer) => answer.clearProjectIntermediateResults,
  );

/** Asks before the intermediate results of a whole project are cleared, and says how much that frees. */
export function ClearProject({ project, title }: { project: string; title: string }) {
  const board = useBoard();
  const { toasts } = board;
  const [plan, setPlan] = useState<{ planned: number; bytesFreed: number } | null>(null);
  useEffect(() => {
    void told(toasts, clear(project, true)).then((payload) => payload && setPlan(payload.summary));
  }, [toasts, project]);
  const run = async (): Promise<void> => {
    closeAsk();
    const payload = await told(toasts, clear(project, false));
    if (payload?.operation) void tellOf(board, payload.operation.id, `${NAME} of ${project} begun`, (applied) => `${applied} jobs of ${project} cleared of intermediate results`);
  };
  return (
    <Dialog title={`${NAME}?`} onClose={closeAsk}>
      <p>
        Of every job of {project} {title}. Final results, and results that are used elsewhere, are kept.
      </p>
      <p className="dialog-note">{plan ? `${plan.planned} jobs, ${bytesText(plan.bytesFreed)} are freed on disk.` : 'Looking through the project…'}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={closeAsk}>
          Cancel
        </button>
        <button type="button" className="button main" data-autofocus disabled={plan?.planned === 0} onClick={() => void run()}>
          Clear results
        </button>
      </div>
    </Dialog>
  );
}
