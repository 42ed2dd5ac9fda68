interface ToggleProps<T extends string> {
  legend: string;
  name: string;
  choices: readonly { value: T; label: string; count?: number }[];
  value: T;
  onChoose: (value: T) => void;
}

/** One of a few choices, all in sight. */
export function Toggle<T extends string>({ legend, name, choices, value, onChoose }: ToggleProps<T>) {
  return (
    <fieldset className="toggle">
      <legend className="unseen">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChoose(choice.value)} />
          <span>
            {choice.label} {choice.count !== undefined && <b>{choice.count}</b>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
