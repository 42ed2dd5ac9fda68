import { type FormEvent, useState } from 'react';
import type { Reply } from './reply';
import { type FormField, typedValue } from './schema-form';

/** A question that no panel is made for: a form from the schema of its answer. */
export function SchemaFields({ fields, reply }: { fields: readonly FormField[]; reply: Reply }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    reply.send(Object.fromEntries(fields.flatMap((field) => (values[field.name] ? [[field.name, typedValue(field, values[field.name] ?? '')]] : []))));
  };
  return (
    <form className="form" onSubmit={submit}>
      {fields.map((field) => (
        <label key={field.name} className="field">
          <span>{field.title}</span>
          {field.choices.length > 0 ? (
            <select required={field.required} value={values[field.name] ?? ''} onChange={(event) => setValues({ ...values, [field.name]: event.target.value })}>
              <option value="">–</option>
              {field.choices.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          ) : (
            <input
              type={field.type === 'number' || field.type === 'integer' ? 'number' : 'text'}
              step="any"
              required={field.required}
              value={values[field.name] ?? ''}
              onChange={(event) => setValues({ ...values, [field.name]: event.target.value })}
            />
          )}
        </label>
      ))}
      <div className="dialog-actions">
        <button type="submit" className="button main" disabled={reply.isBusy}>
          Continue the job
        </button>
      </div>
    </form>
  );
}
