import { IterativeTypesDocument } from '../../gql/graphql';
import { useAnswer } from '../../live/query';

interface KeptIterationsProps {
  kept: readonly string[];
  onChange: (kept: string[]) => void;
}

/** Of which job types every iteration is kept. */
export function KeptIterations({ kept, onChange }: KeptIterationsProps) {
  const { data } = useAnswer(IterativeTypesDocument, {});
  const iterative = data?.jobTypes?.filter((type) => type.iterative) ?? [];
  const toggle = (key: string): void => onChange(kept.includes(key) ? kept.filter((other) => other !== key) : [...kept, key]);
  return (
    <fieldset className="choices">
      <legend>Keep every iteration of</legend>
      {iterative.map(({ key, title }) => (
        <label key={key} className="choice">
          <input type="checkbox" checked={kept.includes(key)} onChange={() => toggle(key)} /> {title}
        </label>
      ))}
      <p className="muted">Of the others the newest iteration is kept. It holds for runs that start from now on.</p>
    </fieldset>
  );
}
