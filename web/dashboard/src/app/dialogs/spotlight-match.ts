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

/** The project, and perhaps the workspace, that the text names by number: "p3", "P3 W2". */
export function placeNamed(text: string): { project: string; workspace: string | null } | null {
  const [, project, workspace] = /^(P\d+)(?:[\s.]+(W\d+))?$/.exec(text.trim().toUpperCase()) ?? [];
  return project ? { project, workspace: workspace ?? null } : null;
}
