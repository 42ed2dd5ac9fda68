/** A part of a line. */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] };

export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'bullets' | 'numbers'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' };

/** Code, bold, italic, a named link, a bare address: whichever comes first. An underscore within a word is one. */
const INLINE =
  /`([^`]+)`|\*\*(\S(?:.*?\S)?)\*\*(?!\*)|\*(\S(?:[^*]*?[^\s*])?)\*|(?<!\w)_(\S(?:[^_]*?[^\s_])?)_(?!\w)|\[([^[\]]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>()]*[^\s<>().,;:!?])/g;

/** Only what leads to a page: no script and no data stands in a link. */
const SAFE = /^(https?:\/\/|mailto:|\?)/i;

/** Within more marks than these there is but text: nobody means them, and the page must live through whatever is written. */
const DEEPEST = 8;

const textOf = (text: string): Inline[] => (text ? [{ kind: 'text', text }] : []);

/** The parts of one line; what is not Markdown, HTML above all, is text. */
export function partsOf(line: string, depth = 0): Inline[] {
  if (depth === DEEPEST) return textOf(line);
  const parts: Inline[] = [];
  let end = 0;
  for (const found of line.matchAll(INLINE)) {
    parts.push(...textOf(line.slice(end, found.index)), partOf(found, depth + 1));
    end = found.index + found[0].length;
  }
  return [...parts, ...textOf(line.slice(end))];
}

function partOf([whole, code, strong, star, underscore, label, href, bare]: RegExpExecArray, depth: number): Inline {
  const em = star ?? underscore;
  if (code) return { kind: 'code', text: code };
  if (strong) return { kind: 'strong', parts: partsOf(strong, depth) };
  if (em) return { kind: 'em', parts: partsOf(em, depth) };
  if (label && href && SAFE.test(href)) return { kind: 'link', href, parts: partsOf(label, depth) };
  return bare ? { kind: 'link', href: bare, parts: textOf(bare) } : { kind: 'text', text: whole };
}

const textIn = (parts: readonly Inline[]): string => parts.map((part) => ('text' in part ? part.text : textIn(part.parts))).join('');

/** What one paragraph of Markdown says, without its marks. */
export const plainText = (line: string): string => textIn(partsOf(line));

type Kind = 'blank' | 'fence' | 'heading' | 'rule' | 'quote' | 'bullets' | 'numbers' | 'paragraph';

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['blank', /^\s*$/],
  ['fence', /^\s*```/],
  ['heading', /^#{1,6}\s+/],
  ['rule', /^\s*([-*_])(\s*\1){2,}\s*$/],
  ['quote', /^\s*>\s?/],
  ['bullets', /^\s*[-*+]\s+/],
  ['numbers', /^\s*\d+[.)]\s+/],
];

/** What kind of block a line belongs to, and the mark that says so. */
const markOf = (line: string): readonly [Kind, RegExp] => KINDS.find(([, pattern]) => pattern.test(line)) ?? ['paragraph', /^/];

/** Read Markdown as people write it in a description: headings, lists, quotes, code, emphasis and links. */
export function blocksIn(text: string, depth = 0): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) {
    const [kind, pattern] = markOf(lines[at] ?? '');
    const end = runEnd(lines, at, kind);
    const run = lines.slice(at, end).map((line) => (kind === 'fence' ? line : line.replace(pattern, '')));
    const block = blockOf(kind, run, depth);
    if (block) blocks.push(block);
    at = end;
  }
  return blocks;
}

/** Behind the last line of the block of this kind that begins at `at`. */
function runEnd(lines: readonly string[], at: number, kind: Kind): number {
  if (kind === 'heading' || kind === 'rule') return at + 1;
  const isFence = kind === 'fence';
  let end = at + 1;
  while (end < lines.length && (markOf(lines[end] ?? '')[0] === kind) !== isFence) end += 1;
  return isFence ? end + 1 : end;
}

/** What stands between the fences; the second one may be missing. */
function codeIn([, ...lines]: readonly string[]): string {
  const isClosed = markOf(lines.at(-1) ?? '')[0] === 'fence';
  return lines.slice(0, isClosed ? -1 : undefined).join('\n');
}

function blockOf(kind: Kind, run: readonly string[], depth: number): Block | null {
  if (kind === 'blank') return null;
  if (kind === 'rule') return { kind };
  if (kind === 'fence') return { kind: 'code', text: codeIn(run) };
  if (kind === 'quote' && depth < DEEPEST) return { kind, blocks: blocksIn(run.join('\n'), depth + 1) };
  return { kind: kind === 'quote' ? 'paragraph' : kind, lines: run.map((line) => partsOf(line)) };
}
