import { JobInputsOutputsDocument } from '../../gql/graphql';
import { bytesText } from '../../lib/bytes';
import type { Job } from '../../live/objects';
import { useAnswer } from '../../live/query';

/** The files of the job's outputs, to be looked at or downloaded. */
export function Files({ job }: { job: Job }) {
  const { data, problem } = useAnswer(JobInputsOutputsDocument, { job: { id: job.id } }, job.revision);
  const files = data?.job?.outputs.flatMap(({ title, files: of }) => of.map((file) => ({ ...file, output: title }))) ?? [];
  const pictures = files.filter(({ contentType }) => contentType.startsWith('image/'));
  return (
    <div className="pad">
      {problem && <p className="problem">{problem}</p>}
      <div className="pictures">
        {pictures.map(({ url, path }) => (
          <figure key={url}>
            <img src={url} alt={path} loading="lazy" />
            <figcaption className="cut">{path}</figcaption>
          </figure>
        ))}
      </div>
      <table className="params">
        <caption className="unseen">Files</caption>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Output</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ url, path, output, sizeBytes }) => (
            <tr key={url}>
              <td>
                <a href={url} download>
                  {path}
                </a>
              </td>
              <td>{output}</td>
              <td className="number">{bytesText(sizeBytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data && files.length === 0 && <p className="muted">No files yet.</p>}
    </div>
  );
}
