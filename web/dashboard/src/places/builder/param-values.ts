import type { BuiltJobQuery } from '../../gql/graphql';

export type ParamSpec = NonNullable<BuiltJobQuery['job']>['paramSpecs'][number];

/** A value as it stands in a field; empty if there is none. */
export function paramText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a text in a field stands for. */
export function paramValue({ type, enumValues }: ParamSpec, text: string): unknown {
  if (type === 'INTEGER' || type === 'NUMBER') return Number(text);
  if (type === 'BOOLEAN') return text === 'true';
  if (type === 'ENUM') return (enumValues ?? []).find((choice) => String(choice) === text) ?? text;
  if (type !== 'LIST') return text;
  return text.trim().startsWith('[') ? JSON.parse(text) : text.split(',').map((part) => part.trim());
}

/** What stands in a field, and which saved value it began from. */
interface Typed {
  readonly text: string;
  readonly from: string;
}

/** The field once another value is saved: only what nobody has changed follows it. */
export const keptText = ({ text, from }: Typed, saved: string): Typed => ({ text: text === from ? saved : text, from: saved });

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** What is wrong with a text for this parameter; undefined if nothing is, or if the field is empty. */
export function paramProblem({ type, minimum, maximum }: ParamSpec, text: string): string | undefined {
  if (text === '') return undefined;
  if (type === 'LIST' && text.trim().startsWith('[') && !isJson(text)) return 'This list is not closed.';
  if (type !== 'INTEGER' && type !== 'NUMBER') return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) return 'A number is needed.';
  if (type === 'INTEGER' && !Number.isInteger(value)) return 'A whole number is needed.';
  if (minimum !== null && value < minimum) return `At least ${minimum}.`;
  if (maximum !== null && value > maximum) return `At most ${maximum}.`;
  return undefined;
}

/** The parameters under the names of their sections, in the order declared. */
export function sectionsOf(specs: readonly ParamSpec[]): { name: string; specs: ParamSpec[] }[] {
  const names = [...new Set(specs.map(({ section }) => section ?? 'General'))];
  return names.map((name) => ({ name, specs: specs.filter(({ section }) => (section ?? 'General') === name) }));
}
