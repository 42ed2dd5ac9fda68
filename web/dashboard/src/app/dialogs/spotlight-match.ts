/** Something that Spotlight leads to. */
export interface Hit {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly go: () => void;
}

/** Whether every word typed is in the label, in any order and letter case. */
export function matches(label: string, text: string): boolean {
  const place = label.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => place.includes(word));
}
