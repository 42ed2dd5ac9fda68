import { Client, fetchExchange } from "@urql/core";
import { subscribe } from "wonka";
import { authorization, fail, query, tell, url } from "./common.mjs";

const client = new Client({
  url,
  exchanges: [fetchExchange],
  fetchSubscriptions: true,
  fetchOptions: { headers: { authorization } },
});
const results = client.subscription(query, {});
subscribe((result) => (result.error ? fail(result.error) : tell(result.data)))(results);
