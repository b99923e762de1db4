import { answer } from "@/lib/edge/graphql";
import { getGraphql, postGraphql } from "@/lib/edge/graphql/contract";
import { route, stillValid } from "@/lib/edge/http";

/** Whether the credential reaches far enough is decided field by field: reading needs no more than `read`. */
const common = {
  auth: ["user", "bot"],
  scope: "read",
  feature: "graphql",
  rateLimit: "graphql",
  dialect: "graphql",
} as const;

export const GET = route({
  contract: getGraphql,
  ...common,
  handle: ({ actor, query, req }) => answer(actor, query, req, stillValid(req)),
});

export const POST = route({
  contract: postGraphql,
  ...common,
  handle: ({ actor, body, req }) => answer(actor, body, req, stillValid(req)),
});
