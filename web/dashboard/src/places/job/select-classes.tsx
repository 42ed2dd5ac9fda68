import { useMemo, useState } from 'react';
import { InteractionImagesDocument } from '../../gql/graphql';
import { useAnswer } from '../../live/query';
import { classesIn, type Order, ORDERS, ordered, particlesOf, shareText, type ShownClass } from './classes';
import { type PanelProps, useDraft } from './reply';

/** 2D classes as pictures: those that are ticked are kept, with their particles. */
export function SelectClasses({ job, question, data, reply }: PanelProps) {
  const classes = useMemo(() => classesIn(data) ?? [], [data]);
  const [chosen, setChosen] = useDraft<readonly number[]>(question, []);
  const [order, setOrder] = useState<Order>('particles');
  const { data: found } = useAnswer(InteractionImagesDocument, { job: { id: job.id }, paths: null });
  const urls = new Map(found?.job?.interaction?.images.map(({ path, url }) => [path, url]));
  const all = classes.map(({ index }) => index);
  const kept = classes.filter(({ index }) => chosen.includes(index));
  const without = (indices: readonly number[]): number[] => all.filter((index) => !indices.includes(index));
  return (
    <form
      className="choosing"
      onSubmit={(event) => {
        event.preventDefault();
        reply.send({ selected: without(without(chosen)) });
      }}
    >
      <div className="choosing-tools">
        <button type="button" className="button" onClick={() => setChosen(all)}>
          All
        </button>
        <button type="button" className="button" onClick={() => setChosen([])}>
          None
        </button>
        <button type="button" className="button" onClick={() => setChosen(without(chosen))}>
          Invert
        </button>
        <select aria-label="Order of the classes" value={order} onChange={(event) => setOrder(event.target.value as Order)}>
          {Object.entries(ORDERS).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <output className="choosing-sum">
          <b>{kept.length}</b> of {classes.length} classes, <b>{particlesOf(kept).toLocaleString()}</b> of {particlesOf(classes).toLocaleString()} particles (
          {shareText(particlesOf(kept), particlesOf(classes))})
        </output>
        <button type="submit" className="button main" disabled={reply.isBusy}>
          Keep {kept.length === 1 ? '1 class' : `${kept.length} classes`}
        </button>
      </div>
      <div className="class-tiles">
        {ordered(classes, order).map((one) => (
          <Tile
            key={one.index}
            shown={one}
            url={urls.get(one.image)}
            isChosen={chosen.includes(one.index)}
            onChange={(isChosen) => setChosen(isChosen ? [...chosen, one.index] : chosen.filter((index) => index !== one.index))}
          />
        ))}
      </div>
    </form>
  );
}

interface TileProps {
  shown: ShownClass;
  url: string | undefined;
  isChosen: boolean;
  onChange: (isChosen: boolean) => void;
}

function Tile({ shown: { index, particles, resolution }, url, isChosen, onChange }: TileProps) {
  return (
    <label className="class-tile" data-class={index}>
      <input type="checkbox" checked={isChosen} onChange={(event) => onChange(event.target.checked)} />
      {url ? <img src={url} alt="" /> : <span className="class-blank" />}
      <span>
        <b>Class {index}</b> {resolution !== null && `${resolution.toFixed(1)} Å`}
      </span>
      <span className="small">{particles.toLocaleString()} particles</span>
    </label>
  );
}
