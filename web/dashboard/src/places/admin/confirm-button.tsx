import { useState } from 'react';
import { Dialog } from '../../ui/dialog';

interface ConfirmButtonProps {
  /** What the button says, and the button that confirms it. */
  verb: string;
  /** What it is done to: "lane gpu". */
  subject: string;
  /** What follows from it, in words. */
  consequence: string;
  onConfirm: () => void;
}

/** A button for what has no way back: it asks first. */
export function ConfirmButton({ verb, subject, consequence, onConfirm }: ConfirmButtonProps) {
  const [isAsked, setAsked] = useState(false);
  const close = (): void => setAsked(false);
  return (
    <>
      <button type="button" className="button quiet" aria-label={`${verb} ${subject}`} onClick={() => setAsked(true)}>
        {verb}…
      </button>
      {isAsked && (
        <Dialog title={`${verb} ${subject}?`} onClose={close}>
          <p>{consequence}</p>
          <div className="dialog-actions">
            <button type="button" className="button" data-autofocus onClick={close}>
              Cancel
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {verb}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
