import { expect, test } from 'vitest';
import { Batch } from './frames';

/** A schedule that we run by hand; `planned` counts the frames asked for. */
function handMadeFrames() {
  let pending: (() => void) | null = null;
  const frames = {
    planned: 0,
    schedule: (flush: () => void) => {
      frames.planned += 1;
      pending = flush;
      return () => {
        pending = null;
      };
    },
    run: () => pending?.(),
  };
  return frames;
}

test('everything that arrives between two frames is handed over at once and in order', () => {
  const frames = handMadeFrames();
  const taken: number[][] = [];
  const batch = new Batch<number>((items) => taken.push(items), frames.schedule);

  batch.add(1);
  batch.add(2);
  frames.run();
  batch.add(3);
  frames.run();

  expect(taken).toEqual([[1, 2], [3]]);
  expect(frames.planned).toBe(2);
});

test('a frame that fires twice hands nothing over twice', () => {
  const frames = handMadeFrames();
  const taken: number[][] = [];
  const batch = new Batch<number>((items) => taken.push(items), frames.schedule);

  batch.add(1);
  batch.flush();
  frames.run();

  expect(taken).toEqual([[1]]);
});

test('what was dropped is never handed over', () => {
  const frames = handMadeFrames();
  const taken: number[][] = [];
  const batch = new Batch<number>((items) => taken.push(items), frames.schedule);

  batch.add(1);
  batch.drop();
  frames.run();

  expect(taken).toEqual([]);
});
