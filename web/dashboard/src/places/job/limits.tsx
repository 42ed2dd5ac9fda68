import { useMemo } from 'react';
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
        <input
          type="number"
          step="any"
          aria-label={`Least ${title}`}
          placeholder={String(least)}
          value={limits.min ?? ''}
          onChange={(event) => onLimits({ ...limits, min: numberIn(event.target.value) })}
        />
        <span aria-hidden="true">to</span>
        <input
          type="number"
          step="any"
          aria-label={`Greatest ${title}`}
          placeholder={String(most)}
          value={limits.max ?? ''}
          onChange={(event) => onLimits({ ...limits, max: numberIn(event.target.value) })}
        />
      </div>
    </fieldset>
  );
}
