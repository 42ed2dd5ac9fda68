import { useMemo, useState } from 'react';
import { type Exposure, histogram, isWithin, type Limits, type Measure, valuesOf } from './curation';

const PARTS = 40;

interface LimitsOfProps {
  measure: Measure;
  exposures: readonly Exposure[];
  limits: Limits;
  onLimits: (limits: Limits) => void;
}

const numberIn = (text: string): number | null => (text === '' ? null : Number(text));

/** The least and the greatest value that are accepted, below the distribution of all. */
export function LimitsOf({ measure, exposures, limits, onLimits }: LimitsOfProps) {
  const { title, least, most } = measure;
  const counts = useMemo(() => histogram(valuesOf(exposures, measure.name), measure, PARTS), [exposures, measure]);
  const highest = Math.max(1, ...counts);
  const middle = (part: number): number => least + ((part + 0.5) / PARTS) * (most - least);
  return (
    <fieldset className="limits-of">
      <legend>{title}</legend>
      <svg viewBox={`0 0 ${PARTS} 20`} preserveAspectRatio="none" aria-hidden="true">
        {counts.map((count, part) => (
          // oxlint-disable-next-line react/no-array-index-key -- a part is its place
          <rect key={part} x={part + 0.1} width={0.8} y={20 - (20 * count) / highest} height={(20 * count) / highest} data-within={isWithin(middle(part), limits)} />
        ))}
      </svg>
      <div className="limits-ends">
        <End label={`Least ${title}`} utmost={least} value={limits.min} onValue={(min) => onLimits({ ...limits, min })} />
        <span aria-hidden="true">to</span>
        <End label={`Greatest ${title}`} utmost={most} value={limits.max} onValue={(max) => onLimits({ ...limits, max })} />
      </div>
    </fieldset>
  );
}

interface EndProps {
  label: string;
  /** The value of the exposures that lies farthest out. */
  utmost: number;
  value: number | null;
  onValue: (value: number | null) => void;
}

/** One end: what is typed stays as it is typed ("0.0", on the way to "0.05") while it stands for the value. */
function End({ label, utmost, value, onValue }: EndProps) {
  const [typed, setTyped] = useState('');
  return (
    <input
      type="number"
      step="any"
      aria-label={label}
      placeholder={String(utmost)}
      value={numberIn(typed) === value ? typed : (value ?? '')}
      onChange={(event) => {
        setTyped(event.target.value);
        onValue(numberIn(event.target.value));
      }}
    />
  );
}
