import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, fail, query, socketUrl, tell } from "./common.mjs";

const client = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
client.subscribe({ query }, { next: (result) => tell(result.data), error: fail, complete: fail });
