import { ApolloClient, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, fail, query, socketUrl, tell } from "./common.mjs";

const sockets = createClient({
  url: socketUrl,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const client = new ApolloClient({ link: new GraphQLWsLink(sockets), cache: new InMemoryCache() });
client.subscribe({ query: gql(query) }).subscribe({
  next: (result) => (result.error ? fail(result.error) : tell(result.data)),
  error: fail,
});
