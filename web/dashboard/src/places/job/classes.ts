/** A class of a 2D classification, as its job shows it. */
export interface ShownClass {
  /** Counted from 0. */
  readonly index: number;
  readonly particles: number;
  /** In Å; null if it is not known. */
  readonly resolution: number | null;
  /** Path of its picture. */
  readonly image: string;
}

export const ORDERS = {
  particles: 'Most particles first',
  resolution: 'Best resolution first',
  index: 'By number',
} as const;

export type Order = keyof typeof ORDERS;

interface Given {
  index: number;
  num_particles: number;
  resolution_A: number | null;
  image: string;
}

const isGiven = (one: Partial<Given> | null): one is Given => typeof one?.index === 'number' && typeof one.num_particles === 'number';

/** The classes in the data of a question; null if it is of another form. */
export function classesIn(data: unknown): ShownClass[] | null {
  const given = (data as { classes?: unknown } | null)?.classes;
  if (!Array.isArray(given) || !given.every(isGiven)) return null;
  return given.map(({ index, num_particles, resolution_A, image }) => ({
    index,
    particles: num_particles,
    resolution: resolution_A || null,
    image,
  }));
}

const COMPARED: Record<Order, (a: ShownClass, b: ShownClass) => number> = {
  particles: (a, b) => b.particles - a.particles,
  resolution: (a, b) => (a.resolution ?? Number.POSITIVE_INFINITY) - (b.resolution ?? Number.POSITIVE_INFINITY) || 0,
  index: (a, b) => a.index - b.index,
};

export const ordered = (classes: readonly ShownClass[], order: Order): ShownClass[] =>
  classes.toSorted((a, b) => COMPARED[order](a, b) || a.index - b.index);

export const particlesOf = (classes: readonly ShownClass[]): number => classes.reduce((sum, { particles }) => sum + particles, 0);

/** "31 %", or nothing of nothing. */
export const shareText = (part: number, whole: number): string => (whole > 0 ? `${Math.round((100 * part) / whole)} %` : '–');
