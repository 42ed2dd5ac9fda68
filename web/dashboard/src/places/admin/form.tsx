import { type FormEvent, useState } from 'react';

/** A field of a form; its value is text until the form is read. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'number' | 'password' | 'lines' | 'check';
  readonly required?: boolean;
  readonly hint?: string;
  readonly choices?: readonly string[];
  readonly initial?: string;
}

export type Values = Readonly<Record<string, string>>;

interface FormProps {
  title: string;
  verb: string;
  fields: readonly Field[];
  /** Whether it was done: then the form is empty again. */
  onSubmit: (values: Values) => Promise<boolean>;
}

const initialOf = (fields: readonly Field[]): Values => Object.fromEntries(fields.map(({ name, initial }) => [name, initial ?? '']));

/** A form behind its title, opened when it is needed. */
export function FoldedForm(props: FormProps) {
  return (
    <details className="folded">
      <summary className="button">{props.title}</summary>
      <Form {...props} />
    </details>
  );
}

export function Form({ title, verb, fields, onSubmit }: FormProps) {
  const [values, setValues] = useState(() => initialOf(fields));
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    if (await onSubmit(values)) setValues(initialOf(fields));
    setBusy(false);
  };
  return (
    <form className="admin-form" aria-label={title} onSubmit={(event) => void submit(event)}>
      {fields.map((field) => (
        <label key={field.name} className={field.kind === 'check' ? 'choice' : 'field'}>
          {field.kind !== 'check' && <span>{field.label}</span>}
          <Entry field={field} value={values[field.name] ?? ''} onValue={(value) => setValues({ ...values, [field.name]: value })} />
          {field.kind === 'check' && <span>{field.label}</span>}
          {field.hint && <span className="small">{field.hint}</span>}
        </label>
      ))}
      <button type="submit" className="button main" disabled={isBusy}>
        {verb}
      </button>
    </form>
  );
}

interface EntryProps {
  field: Field;
  value: string;
  onValue: (value: string) => void;
}

function Entry({ field: { kind = 'text', required = false, choices, name }, value, onValue }: EntryProps) {
  if (choices) {
    return (
      <select name={name} required={required} value={value} onChange={(event) => onValue(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  if (kind === 'lines') return <textarea name={name} rows={6} required={required} value={value} onChange={(event) => onValue(event.target.value)} />;
  if (kind === 'check') return <input name={name} type="checkbox" checked={value === 'yes'} onChange={(event) => onValue(event.target.checked ? 'yes' : '')} />;
  return (
    <input
      name={name}
      type={kind}
      step="any"
      required={required}
      autoComplete={kind === 'password' ? 'new-password' : 'off'}
      value={value}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
