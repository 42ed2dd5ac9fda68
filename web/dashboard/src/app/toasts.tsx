import { useLayoutEffect, useRef } from 'react';
import { useBoard, useValue } from '../live/hooks';
import { type Operation, wordsOf } from '../live/operations';
import { Progress } from '../ui/progress';

/** What was done, with a way back where there is one; refusals until they are dismissed; long actions under way. */
export function Toasts() {
  const { toasts, operations } = useBoard();
  const shown = useValue(toasts.shown);
  const open = useValue(operations.open);
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (shown.length > 0 && element.current) liftOverDialog(element.current);
  }, [shown]);
  return (
    <div ref={element} className="toasts" role="status" popover="manual">
      {open.map((operation) => (
        <Running key={operation.id} operation={operation} />
      ))}
      {shown.map((toast) => (
        <p key={toast.id} className="toast" data-tone={toast.tone}>
          <span>{toast.text}</span>
          {toast.undo && (
            <button
              type="button"
              className="button quiet"
              onClick={() => {
                toast.undo?.();
                toasts.dismiss(toast);
              }}
            >
              Undo
            </button>
          )}
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => toasts.dismiss(toast)}>
            ✕
          </button>
        </p>
      ))}
    </div>
  );
}

/** A modal dialog lies in the top layer, above everything that is not; what is said while it is open is said in front of it. */
function liftOverDialog(box: HTMLElement): void {
  if (box.matches(':popover-open')) box.hidePopover();
  if (document.querySelector('dialog:modal')) box.showPopover();
}

function Running({ operation }: { operation: Operation }) {
  const { toasts, operations } = useBoard();
  const cancel = async (): Promise<void> => {
    const refusal = await operations.cancel(operation.id).catch((error: unknown) => String(error));
    if (refusal) toasts.bad(refusal);
  };
  return (
    <div className="toast running" data-operation={operation.action}>
      <span>
        {wordsOf(operation)} {operation.summary.requested === 1 ? '' : `${operation.summary.requested} jobs`}
        {operation.phase && <span className="small"> · {operation.phase}</span>}
      </span>
      <Progress fraction={operation.progress} label={`Progress of ${wordsOf(operation)}`} />
      {operation.cancellable && (
        <button type="button" className="button quiet" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
    </div>
  );
}
