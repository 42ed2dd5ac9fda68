import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import { subscribe } from "wonka";
import WebSocket from "ws";
import { authorization, fail, query, socketUrl, tell, url } from "./common.mjs";

const sockets = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const client = new Client({
  url,
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: sockets.subscribe({ ...request, query: request.query ?? "" }, sink),
        }),
      }),
    }),
  ],
});
const results = client.subscription(query, {});
subscribe((result) => (result.error ? fail(result.error) : tell(result.data)))(results);
