import { describe, expect, it } from 'vitest';
import { type Address, addressIn, EVERYTHING, searchFor } from './place';

const ADDRESSES: [string, Address][] = [
  ['?', { place: { kind: 'home' }, overlay: null }],
  ['?jobs', { place: { kind: 'home' }, overlay: { kind: 'jobs', view: 'all' } }],
  ['?p=P3&jobs=queued', { place: { kind: 'project', project: 'P3' }, overlay: { kind: 'jobs', view: 'queued' } }],
  [
    '?p=P3&w=W2&view=tree&job=P3.J12&tab=log',
    {
      place: { kind: 'workspace', project: 'P3', workspace: 'W2', layout: 'tree' },
      overlay: { kind: 'job', project: 'P3', job: 'J12', tab: 'log' },
    },
  ],
  [
    '?all=jobs&lane=gpu%20a&status=queued,running&q=ctf',
    {
      place: { kind: 'browse', filter: { ...EVERYTHING, lanes: ['gpu a'], statuses: ['QUEUED', 'RUNNING'], text: 'ctf' } },
      overlay: null,
    },
  ],
  ['?build=P3.W2&edit=J7', { place: { kind: 'build', project: 'P3', workspace: 'W2', job: 'J7' }, overlay: null }],
  ['?admin=users&target=node-1', { place: { kind: 'admin', section: 'users' }, overlay: { kind: 'target', name: 'node-1' } }],
];

describe('an address', () => {
  it.each(ADDRESSES)('%s is read and written alike', (search, address) => {
    expect(addressIn(search)).toEqual(address);
    expect(searchFor(address)).toBe(search);
  });

  it('that asks for something unknown shows the nearest thing there is', () => {
    expect(addressIn('?p=P3&w=W2&view=spiral&jobs=some')).toEqual({
      place: { kind: 'workspace', project: 'P3', workspace: 'W2', layout: 'cards' },
      overlay: { kind: 'jobs', view: 'all' },
    });
  });
});
