// The public audits of GraphQL over HTTP, as lines "id status name".
import { auditServer } from "graphql-http";
import { authorization, url } from "./common.mjs";

const fetchFn = (input, init) =>
  fetch(input, { ...init, headers: { ...init?.headers, authorization } });
for (const result of await auditServer({ url, fetchFn }))
  console.log(result.id, result.status, result.name);
