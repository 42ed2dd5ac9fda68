// graphql-ws over ws, as its documentation shows it: node graphql_ws.mjs PORT

import { createServer } from "node:http";
import { buildSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { change, sdl } from "./feed.mjs";

const waiting = new Set();

async function* changes() {
  yield { changes: change("first") };
  while (true) {
    const title = await new Promise((resolve) => waiting.add(resolve));
    yield { changes: change(title) };
  }
}

function publish(title) {
  const told = [...waiting];
  waiting.clear();
  for (const tell of told) tell(title);
}

const server = createServer(async (request, response) => {
  let title = "";
  for await (const chunk of request) title += chunk;
  publish(title);
  response.end();
});
const sockets = new WebSocketServer({ server, path: "/graphql", perMessageDeflate: false });
useServer({ schema: buildSchema(sdl), roots: { subscription: { changes } } }, sockets);
server.listen(Number(process.argv[2]), "127.0.0.1");
