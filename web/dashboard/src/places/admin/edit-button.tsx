import { useState } from 'react';
import { Dialog } from '../../ui/dialog';
import { type Field, Form, type Values } from './form';

interface EditButtonProps {
  /** What is changed: "lane gpu". */
  subject: string;
  fields: readonly Field[];
  /** Gets the values that were changed; whether that was done. */
  onChange: (changes: Values) => Promise<boolean>;
}

/** The values that are no longer what they were. */
export function changedIn(fields: readonly Field[], values: Values): Values {
  const before = new Map(fields.map(({ name, initial }) => [name, initial ?? '']));
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== before.get(name)));
}

/** A button that opens the form of what can be changed. */
export function EditButton({ subject, fields, onChange }: EditButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <button type="button" className="button quiet" aria-label={`Edit ${subject}`} onClick={() => setOpen(true)}>
        Edit…
      </button>
      {isOpen && (
        <Dialog title={`Edit ${subject}`} onClose={close} wide>
          <Form
            title={`Edit ${subject}`}
            verb="Save"
            fields={fields}
            onSubmit={async (values) => {
              const changes = changedIn(fields, values);
              if (Object.keys(changes).length === 0 || (await onChange(changes))) close();
              return false;
            }}
          />
        </Dialog>
      )}
    </>
  );
}
