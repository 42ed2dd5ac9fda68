import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from './dialog';

interface WordsDialogProps {
  heading: string;
  title: string;
  description: string;
  isTitleNeeded?: boolean;
  /** It may be read, but not saved. */
  isFixed?: boolean;
  /** A button that does something else. */
  apart?: ReactNode;
  children?: ReactNode;
  onSave: (words: { title: string; description: string }) => void;
  onClose: () => void;
}

/** Changes what a thing is called, and what is written about it. */
export function WordsDialog({ heading, isTitleNeeded = false, isFixed = false, apart, children, onSave, onClose, ...words }: WordsDialogProps) {
  const [title, setTitle] = useState(words.title);
  const [description, setDescription] = useState(words.description);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    onSave({ title: title.trim(), description });
  };
  return (
    <Dialog title={heading} onClose={onClose} wide>
      <form className="form" onSubmit={save}>
        <label className="field">
          <span>Title</span>
          <input required={isTitleNeeded} data-autofocus value={title} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label className="field">
          <span>Description (Markdown)</span>
          <textarea rows={7} value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        {children}
        <div className="dialog-actions">
          {apart}
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button main" disabled={isFixed}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
