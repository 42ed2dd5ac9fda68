import type { AdminLanesQuery } from '../../gql/graphql';

export type Lane = NonNullable<AdminLanesQuery['lanes']>[number];
export type Target = Lane['targets'][number];
