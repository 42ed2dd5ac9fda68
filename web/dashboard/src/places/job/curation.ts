/** An exposure with what is known of it. */
export interface Exposure {
  /** Counted from 0. */
  readonly index: number;
  readonly name: string;
  /** Path of its picture, if it has one. */
  readonly image: string | null;
  readonly values: Readonly<Record<string, number | null>>;
}

/** What exposures are judged by, with the range that theirs are in. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly least: number;
  readonly most: number;
}

export interface Curated {
  readonly exposures: readonly Exposure[];
  readonly measures: readonly Measure[];
}

export interface Limits {
  readonly min: number | null;
  readonly max: number | null;
}

/** Limits by measure, and what was decided for single exposures, which comes last. */
export interface Choices {
  readonly limits: Readonly<Record<string, Limits>>;
  readonly byHand: Readonly<Record<number, boolean>>;
}

export const NO_CHOICES: Choices = { limits: {}, byHand: {} };

type Row = Record<string, unknown>;

const isRow = (one: Row | null): one is Row => typeof one?.index === 'number';

/** The exposures in the data of a question; null if it is of another form. */
export function curatedIn(data: unknown): Curated | null {
  const { exposures: rows, measures: titles } = (data ?? {}) as { exposures?: unknown; measures?: Record<string, string> };
  if (!Array.isArray(rows) || !rows.every(isRow) || typeof titles !== 'object') return null;
  const names = Object.keys(titles);
  const exposures = rows.map((row) => ({
    index: row.index as number,
    name: String(row.name),
    image: (row.image as string | null) || null,
    values: Object.fromEntries(names.map((name) => [name, typeof row[name] === 'number' ? row[name] : null])),
  }));
  return { exposures, measures: names.map((name) => ({ name, title: titles[name] ?? name, ...rangeOf(exposures, name) })) };
}

export const valuesOf = (exposures: readonly Exposure[], name: string): number[] => exposures.flatMap(({ values }) => values[name] ?? []);

function rangeOf(exposures: readonly Exposure[], name: string): { least: number; most: number } {
  const values = valuesOf(exposures, name);
  return { least: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), most: values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) };
}

/** A value that is not known is within no limits. */
export function isWithin(value: number | null | undefined, { min, max }: Limits): boolean {
  if (min === null && max === null) return true;
  return value !== null && value !== undefined && value >= (min ?? value) && value <= (max ?? value);
}

/** The measures that an exposure is rejected by. */
export const rejectedBy = ({ values }: Exposure, { limits }: Choices): string[] =>
  Object.entries(limits).flatMap(([name, of]) => (isWithin(values[name], of) ? [] : [name]));

export const isAccepted = (exposure: Exposure, choices: Choices): boolean =>
  choices.byHand[exposure.index] ?? rejectedBy(exposure, choices).length === 0;

/** The other way round for one exposure; by hand only where the limits say otherwise. */
export function decided(exposure: Exposure, choices: Choices, isKept: boolean): Choices {
  const { [exposure.index]: _, ...others } = choices.byHand;
  const isByLimits = rejectedBy(exposure, choices).length === 0;
  return { ...choices, byHand: isByLimits === isKept ? others : { ...others, [exposure.index]: isKept } };
}

export const limited = (choices: Choices, name: string, limits: Limits): Choices => ({ ...choices, limits: { ...choices.limits, [name]: limits } });

/** The answer that the job takes. */
export function replyOf({ limits, byHand }: Choices): { thresholds: Record<string, Limits>; accepted: number[]; rejected: number[] } {
  const indices = Object.keys(byHand).map(Number);
  return {
    thresholds: Object.fromEntries(Object.entries(limits).filter(([, { min, max }]) => min !== null || max !== null)),
    accepted: indices.filter((index) => byHand[index]),
    rejected: indices.filter((index) => !byHand[index]),
  };
}

/** How many values are in each of so many equal parts of their range. */
export function histogram(values: readonly number[], { least, most }: Measure, parts: number): number[] {
  const counts = Array.from({ length: parts }, () => 0);
  for (const value of values) {
    const part = most > least ? Math.min(parts - 1, Math.floor(((value - least) / (most - least)) * parts)) : 0;
    counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}
