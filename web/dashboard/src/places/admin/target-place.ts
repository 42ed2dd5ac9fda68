import type { Field } from './form';

export interface NewTargetProps {
  /** Names of the lanes that it may join. */
  lanes: readonly string[];
  onMade: () => void;
}

/** What every new target is asked for. */
export const placeFields = (lanes: readonly string[]): Field[] => [
  { name: 'lane', label: 'Lane', choices: lanes, initial: lanes[0] ?? '', required: true },
  { name: 'name', label: 'Name', required: true, hint: 'Unique; it never changes.' },
  { name: 'title', label: 'Title' },
];
