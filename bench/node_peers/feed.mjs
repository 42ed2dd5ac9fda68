// What both peers stream: a change of a job like ours, with the title that was posted.

export const sdl = `
  type Job {
    id: ID!
    uid: String!
    projectUid: String!
    title: String!
    status: String!
    revision: Int!
    updatedAt: String!
  }
  type Change {
    cursor: String!
    sequence: String!
    kind: String!
    upserted: [Job!]!
  }
  type Query {
    nothing: String
  }
  type Subscription {
    changes: Change!
  }
`;

export function change(title) {
  const job = {
    id: "Sm9iOlAxLUox",
    uid: "J1",
    projectUid: "P1",
    title,
    status: "building",
    revision: 1,
    updatedAt: new Date().toISOString(),
  };
  return { cursor: "c".repeat(120), sequence: "7435612345678901249", kind: "DELTA", upserted: [job] };
}
