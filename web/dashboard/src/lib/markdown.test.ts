import { expect, test } from 'vitest';
import { blocksIn, partsOf, plainText } from './markdown';

const text = (content: string) => ({ kind: 'text', text: content });

test('a description is read block by block', () => {
  const written = '# Why\nThe particle\nis wide.\n\n- a\n- b\n1. c\n> said\n---\n```\nx  = 1\n```\nend';

  expect(blocksIn(written)).toEqual([
    { kind: 'heading', lines: [[text('Why')]] },
    { kind: 'paragraph', lines: [[text('The particle')], [text('is wide.')]] },
    { kind: 'bullets', lines: [[text('a')], [text('b')]] },
    { kind: 'numbers', lines: [[text('c')]] },
    { kind: 'quote', blocks: [{ kind: 'paragraph', lines: [[text('said')]] }] },
    { kind: 'rule' },
    { kind: 'code', text: 'x  = 1' },
    { kind: 'paragraph', lines: [[text('end')]] },
  ]);
});

test('emphasis, code and links are parts of a line', () => {
  expect(partsOf('**a *b*** of `c*d*` in [e](https://f.org/g)')).toEqual([
    { kind: 'strong', parts: [text('a '), { kind: 'em', parts: [text('b')] }] },
    text(' of '),
    { kind: 'code', text: 'c*d*' },
    text(' in '),
    { kind: 'link', href: 'https://f.org/g', parts: [text('e')] },
  ]);
  expect(partsOf('see https://f.org/a_b_c.')).toEqual([text('see '), { kind: 'link', href: 'https://f.org/a_b_c', parts: [text('https://f.org/a_b_c')] }, text('.')]);
});

test.each(['ctf_estimation_v2', '2 * 3 * 4', '<b onclick="x()">b</b>', '[x](javascript:alert(1))', '[x](data:text/html,hi)', 'a ** b'])(
  '%s is text as it stands',
  (line) => {
    const parts = partsOf(line);

    expect(parts.every(({ kind }) => kind === 'text')).toBe(true);
    expect(parts.map((part) => ('text' in part ? part.text : '')).join('')).toBe(line);
  },
);

test('where there is room for words alone the marks are left out', () => {
  expect(plainText('**No *alignment***: see [`a.cs`](https://a.org)')).toBe('No alignment: see a.cs');
});

test('code that is not closed goes on to the end', () => {
  expect(blocksIn('```\na\n\nb')).toEqual([{ kind: 'code', text: 'a\n\nb' }]);
});

test.each(['>', '*'])('%s without end is read to the end', (mark) => {
  expect(JSON.stringify(blocksIn(`${mark.repeat(20_000)} end`))).toContain('end"');
});
