interface Typed {
  readonly key: string;
  readonly title: string;
  readonly category: string;
  readonly description: string;
  readonly stability: string;
}

export interface Category<T> {
  readonly name: string;
  readonly types: readonly T[];
}

/** "CTF_ESTIMATION" reads "CTF estimation". */
export const wordsOf = (name: string): string => {
  const words = name.toLowerCase().replaceAll('_', ' ').replace('ctf', 'CTF');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The types in the server's order of categories; those whose name or description has the text, but never obsolete ones. */
export function categoriesOf<T extends Typed>(types: readonly T[], text: string): Category<T>[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = types.filter(({ stability, title, key, description }) => {
    const place = `${title} ${key} ${description}`.toLowerCase();
    return stability !== 'OBSOLETE' && words.every((word) => place.includes(word));
  });
  const names = [...new Set(found.map(({ category }) => category))];
  return names.map((name) => ({ name: wordsOf(name), types: found.filter(({ category }) => category === name) }));
}
