import { answer } from "@/lib/edge/graphql";
import { getGraphql, postGraphql } from "@/lib/edge/graphql/contract";
import { route, stillValid } from "@/lib/edge/http";

/** Each GraphQL field checks the credential's scope itself, so the route demands no more than `read`. */
const common = {
  auth: ["user", "bot"],
  scope: "read",
  feature: "graphql",
  localAccess: {},
  rateLimit: "graphql",
  dialect: "graphql",
} as const;

export const GET = route({
  contract: getGraphql,
  ...common,
  handle: ({ app, actor, query, req }) => answer(app, actor, query, req, stillValid(app, req)),
});

export const POST = route({
  contract: postGraphql,
  ...common,
  handle: ({ app, actor, body, req }) => answer(app, actor, body, req, stillValid(app, req)),
});
