// mercurius with its own publish and subscribe: node mercurius.mjs PORT

import Fastify from "fastify";
import mercurius from "mercurius";
import { change, sdl } from "./feed.mjs";

const app = Fastify();
let subscribers = 0;

const resolvers = {
  Subscription: {
    changes: {
      subscribe: async (_root, _arguments, { pubsub }) => {
        const first = `first ${(subscribers += 1)}`;
        setImmediate(() => pubsub.publish({ topic: first, payload: { changes: change("first") } }));
        return pubsub.subscribe(["changes", first]);
      },
    },
  },
};

app.register(mercurius, { schema: sdl, resolvers, subscription: true });
app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
app.post("/", async (request) => {
  app.graphql.pubsub.publish({ topic: "changes", payload: { changes: change(request.body) } });
  return "";
});
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
