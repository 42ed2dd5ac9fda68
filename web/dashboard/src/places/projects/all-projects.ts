import { useEffect, useState } from 'react';
import { type ProjectsQuery, ProjectsDocument } from '../../gql/graphql';
import { request } from '../../lib/api';
import { problemText } from '../../live/query';

export type ListedProject = NonNullable<ProjectsQuery['projects']>['nodes'][number];

interface Listed {
  readonly projects: readonly ListedProject[];
  /** Whether the last page is here. */
  readonly isWhole: boolean;
  readonly problem: string | null;
}

/** Page after page, each time with all that came before. */
async function* pages(): AsyncGenerator<readonly ListedProject[]> {
  const all: ListedProject[] = [];
  let after: string | null = null;
  do {
    const { projects }: ProjectsQuery = await request(ProjectsDocument, { after });
    if (!projects) throw new Error('The server cannot list the projects.');
    all.push(...projects.nodes);
    yield [...all];
    after = projects.pageInfo.hasNextPage ? projects.pageInfo.endCursor : null;
  } while (after);
}

/** All projects that I may see, newest first; asked for again at each turn. */
export function useAllProjects(turn: number): Listed {
  const [listed, setListed] = useState<Listed>({ projects: [], isWhole: false, problem: null });
  useEffect(() => {
    let isStale = false;
    const read = async (): Promise<void> => {
      let projects: readonly ListedProject[] = [];
      for await (projects of pages()) {
        if (isStale) return;
        const part = { projects, isWhole: false, problem: null };
        setListed((before) => (before.isWhole ? before : part)); // a list that was whole stays until the new one is
      }
      setListed({ projects, isWhole: true, problem: null });
    };
    read().catch((error: unknown) => setListed((before) => ({ ...before, problem: problemText(error) })));
    return () => {
      isStale = true;
    };
  }, [turn]);
  return listed;
}
