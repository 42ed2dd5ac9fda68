import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { authorization, fail, query, tell, url } from "./common.mjs";

const client = new ApolloClient({
  link: new HttpLink({ uri: url, headers: { authorization } }),
  cache: new InMemoryCache(),
});
client.subscribe({ query: gql(query) }).subscribe({
  next: (result) => (result.error ? fail(result.error) : tell(result.data)),
  error: fail,
});
