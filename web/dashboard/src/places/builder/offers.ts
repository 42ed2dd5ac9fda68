/** An output of a job that could be connected. */
export interface Offer {
  readonly jobId: string;
  readonly job: string;
  readonly jobTitle: string;
  readonly output: string;
  readonly title: string;
  readonly type: string;
}

interface Output {
  readonly name: string;
  readonly type: string;
  readonly title: string;
}

interface Giver {
  readonly id: string;
  readonly uid: string;
  readonly title: string;
  readonly type: string;
  readonly typeTitle: string;
  readonly outputs: readonly Output[];
}

/** What the jobs of a workspace have to give, newest first; a job that has not run gives what its type promises. */
export function offersOf(jobs: readonly Giver[], types: readonly { key: string; outputs: readonly Output[] }[], except: string): Offer[] {
  const promised = new Map(types.map(({ key, outputs }) => [key, outputs]));
  return jobs
    .filter(({ id }) => id !== except)
    .toReversed()
    .flatMap((job) =>
      (job.outputs.length > 0 ? job.outputs : (promised.get(job.type) ?? [])).map((output) => ({
        jobId: job.id,
        job: job.uid,
        jobTitle: job.title || job.typeTitle,
        output: output.name,
        title: output.title,
        type: output.type,
      })),
    );
}
