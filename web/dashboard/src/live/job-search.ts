import { type JobFilter, type TypeNamesQuery, TypeNamesDocument } from '../gql/graphql';
import { useAnswer } from './query';

export type TypeName = NonNullable<TypeNamesQuery['jobTypes']>[number];

const NONE: readonly TypeName[] = [];
/** Further words are not looked at: a filter has its limits. */
const WORDS_READ = 8;

const PROJECT = /^p\d+$/i;
const JOB = /^j\d+$/i;
const BOTH = /^(p\d+)[.-](j\d+)$/i;

/** What a word may mean beside a part of the title or the description: a type, a project, a job. */
function meaningsOf(word: string, types: readonly TypeName[]): JobFilter[] {
  const both = BOTH.exec(word.toUpperCase());
  const named = types.filter(({ key, title }) => `${key} ${title}`.toLowerCase().includes(word.toLowerCase())).map(({ key }) => key);
  return [
    { text: word },
    ...(named.length > 0 ? [{ types: named }] : []),
    ...(PROJECT.test(word) ? [{ projectUids: [word.toUpperCase()] }] : []),
    ...(JOB.test(word) ? [{ jobUids: [word.toUpperCase()] }] : []),
    ...(both?.[1] && both[2] ? [{ projectUids: [both[1]], jobUids: [both[2]] }] : []),
  ];
}

/** The filter that finds jobs by words: each is in the title, the description or the type, or names the project or the job. */
export function searchFilter(text: string, types: readonly TypeName[]): JobFilter {
  const words = text.split(/\s+/).filter(Boolean).slice(0, WORDS_READ);
  return words.length > 0 ? { and: words.map((word) => ({ or: meaningsOf(word, types) })) } : {};
}

/** The types of jobs by name, asked for when there is something to look for. */
export function useTypeNames(isNeeded: boolean): readonly TypeName[] {
  const { data } = useAnswer(TypeNamesDocument, isNeeded ? {} : null);
  return data?.jobTypes ?? NONE;
}
