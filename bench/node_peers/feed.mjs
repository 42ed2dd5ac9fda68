// What both peers stream.

import { readFileSync } from "node:fs";

export const sdl = readFileSync(new URL("../feed.graphql", import.meta.url), "utf8");

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
