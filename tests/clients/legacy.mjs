import { SubscriptionClient } from "subscriptions-transport-ws";
import WebSocket from "ws";
import { authorization, fail, query, socketUrl, tell } from "./common.mjs";

const client = new SubscriptionClient(
  socketUrl,
  { connectionParams: { authorization } },
  WebSocket,
);
client.request({ query }).subscribe({ next: (result) => tell(result.data), error: fail });
