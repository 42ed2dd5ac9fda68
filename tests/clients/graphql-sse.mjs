import { createClient } from "graphql-sse";
import { authorization, fail, query, tell, url } from "./common.mjs";

const client = createClient({ url, headers: { authorization } });
client.subscribe({ query }, { next: (result) => tell(result.data), error: fail, complete: fail });
