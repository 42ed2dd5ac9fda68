import { expect, test } from 'vitest';
import { watchLoss } from './loss';
import { sampleRow } from './sample';
import { type RowMessage, Shelf } from './shelf';

const message = (given: Partial<RowMessage>): RowMessage => ({ cursor: 'c', kind: 'DELTA', snapshotComplete: true, upsertedJobs: [], removedJobs: [], ...given });
const here = message({ kind: 'SNAPSHOT', upsertedJobs: [sampleRow('J1')] });
const removed = (uid: string, deleted: boolean): RowMessage => message({ removedJobs: [{ id: sampleRow(uid).id, deleted }] });

/** What is told of the losses by these messages. */
function losses(...messages: RowMessage[]): boolean[] {
  const shelf = new Shelf((flush) => {
    frame = flush;
    return () => undefined;
  });
  const told: boolean[] = [];
  watchLoss(shelf, (isLost) => told.push(isLost));
  for (const each of messages) {
    shelf.hear(each);
    frame();
  }
  return told;
}

let frame: () => void;

test.each([
  ['the job leaves', [here, removed('J1', false)], [true]],
  ['a new snapshot lacks it', [here, message({ kind: 'SNAPSHOT' })], [true]],
  ['it comes again', [here, removed('J1', false), message({ upsertedJobs: [sampleRow('J1')] })], [true, false]],
  ['it is deleted', [here, removed('J1', true)], []],
  ['another job leaves', [here, removed('J2', false)], []],
  ['it was never there', [message({ kind: 'SNAPSHOT' }), removed('J1', false)], []],
])('when %s, this is told of its loss', (_, messages, expected) => {
  expect(losses(...messages)).toEqual(expected);
});
