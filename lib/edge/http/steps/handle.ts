/** Fifth step: calls the route's handler. */
import type { Actor } from "@/lib/core/actor";
import { newId } from "@/lib/core/ids";
import { withinRequest } from "@/lib/core/log/security-log";
import type { Incoming } from "../body/incoming";
import type { Call } from "../route.types";
import type { Input } from "./parse";

/** Returns the handler's result. Security events logged meanwhile name the request. */
export function handle({ app, config, req }: Call, actor: Actor, { params, query, body, version }: Input): unknown {
  const input = { app, actor, params, query, body, req, version } as never;
  // Bots' calls log no security events, and are too many to keep a context for each.
  if (config.auth.includes("bot") && config.dialect !== "graphql") return config.handle(input);
  return withinRequest({ request_id: requestId(req), address: req.ip }, () => config.handle(input));
}

/** The id that a proxy or client gave the request, so that its log and ours can be joined; else a new one. */
function requestId(req: Incoming): string {
  const given = req.header("x-request-id");
  return given && /^[\w.:-]{1,64}$/.test(given) ? given : newId("req");
}
