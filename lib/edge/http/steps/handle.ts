/** Fifth step: calls the route's handler. */
import type { Actor } from "@/lib/core/actor";
import type { Call } from "@/lib/edge/http/route.types";
import type { Input } from "./parse";
import { recording } from "./record";

/** Returns the handler's result. What it changes or reveals is recorded, unless a list exempts the operation. */
export function handle(call: Call, actor: Actor, input: Input): unknown {
  const { app, config, req } = call;
  const { params, query, body, version } = input;
  return recording(call, actor, input, () => config.handle({ app, actor, params, query, body, req, version } as never));
}
