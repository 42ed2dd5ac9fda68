// What every client does here: watch jobs, tell what comes as lines of JSON, end after two messages.
export const url = process.env.API_URL;
export const socketUrl = url.replace("http", "ws");
export const authorization = `Bearer ${process.env.API_TOKEN}`;
export const query = `
  subscription Watch {
    jobChanges(minIntervalMs: 0) { cursor kind upserted { id uid title } }
  }
`;

let told = 0;

export function tell(data) {
  console.log(JSON.stringify(data.jobChanges));
  if (++told === 2) process.exit(0);
}

export function fail(error) {
  console.error(error);
  process.exit(1);
}
