import type { QueueChoicesQuery } from '../../gql/graphql';

export type LaneChoice = NonNullable<QueueChoicesQuery['lanes']>[number];

/** A machine, and the GPUs of it; none for those that are free first. */
export interface Pin {
  readonly hostname: string;
  readonly gpus: readonly number[];
}

interface PinnedGpusProps {
  lane: LaneChoice;
  /** How many GPUs the job needs. */
  needed: number;
  pin: Pin | null;
  onPin: (pin: Pin | null) => void;
}

const toggled = (gpus: readonly number[], index: number): number[] =>
  gpus.includes(index) ? gpus.filter((held) => held !== index) : [...gpus, index].toSorted((a, b) => a - b);

/** Runs the job on a machine, or on GPUs, of one's choice; it then waits for exactly those. */
export function PinnedGpus({ lane, needed, pin, onPin }: PinnedGpusProps) {
  const target = lane.targets.find(({ hostname }) => hostname === pin?.hostname);
  return (
    <fieldset className="choices">
      <legend>Where</legend>
      <label className="field">
        <span>Machine</span>
        <select value={pin?.hostname ?? ''} onChange={(event) => onPin(event.target.value ? { hostname: event.target.value, gpus: [] } : null)}>
          <option value="">The first with room</option>
          {lane.targets.map(({ id, hostname, title, gpuFree, gpuTotal, online }) => (
            <option key={id} value={hostname}>
              {title} · {gpuTotal ? `${gpuFree} of ${gpuTotal} GPUs free` : 'no GPU'}
              {online ? '' : ' · unreachable'}
            </option>
          ))}
        </select>
      </label>
      {pin && target && needed > 0 && (
        <div className="gpu-choice" role="group" aria-label={`GPUs, ${needed} needed`}>
          {target.gpus
            .filter(({ enabled }) => enabled)
            .map(({ index, name, allocatedTo }) => (
              <label key={index} className="choice">
                <input type="checkbox" checked={pin.gpus.includes(index)} onChange={() => onPin({ ...pin, gpus: toggled(pin.gpus, index) })} />
                GPU {index} <span className="small">{allocatedTo ? `used by ${allocatedTo.uid}` : name}</span>
              </label>
            ))}
          <p className="small">Choose {needed}, or none to take those that are free first.</p>
        </div>
      )}
    </fieldset>
  );
}
