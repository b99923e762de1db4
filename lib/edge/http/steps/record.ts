/** Records requests in the audit log: whose, from where and what they name. The room knows the rest. */

import type { Actor } from "@/lib/core/actor";
import { type ActTarget, type Context, type Origin, withinContext } from "@/lib/core/acts";
import { cutText } from "@/lib/core/format/text";
import { newId } from "@/lib/core/ids";
import type { Incoming } from "@/lib/edge/http/body/incoming";
import type { Call } from "@/lib/edge/http/route.types";
import type { Input } from "./parse";

/** Parameters of paths that are not named after what they name. */
const TYPES: Record<string, string> = {
  filename: "backup",
  name: "plugin",
  key_id: "api_key",
  section: "settings",
  hook_id: "incoming_webhook",
};

/** Returns the target that a request names by its path, or as a bot in its body. */
function targetOf(params: unknown, body?: unknown): ActTarget | undefined {
  const named = Object.entries((params ?? {}) as Record<string, unknown>);
  const [name, id] = named.at(-1) ?? [];
  const botId = (params as { bot_id?: unknown } | undefined)?.bot_id ?? (body as { bot_id?: unknown } | null)?.bot_id;
  const bot_id = typeof botId === "string" ? botId : null;
  if (name === undefined) return bot_id === null ? undefined : { type: "bot", id: bot_id };
  const isOfTeam = name === "key_id" && named.some(([field]) => field === "team_id");
  if (isOfTeam) return { type: "team_key", id: String(id), bot_id };
  return { type: TYPES[name] ?? name.replace(/_id$/, ""), id: String(id), bot_id };
}

/** The request as services and records know it. */
const contextOf = (req: Incoming, actor: Actor): Context => ({
  ...{ origin: originOf(req), actor },
  traceparent: req.traceparent,
});

function originOf(req: Incoming): Origin {
  let id: string | undefined;
  let agent: string | undefined;
  return {
    // Most requests are not recorded and log nothing, so the id is made when it is first asked for.
    get request_id() {
      id ??= requestId(req);
      return id;
    },
    address: req.ip,
    get user_agent() {
      agent ??= cutText(req.header("user-agent") ?? "", 256, "");
      return agent || undefined;
    },
  };
}

/** The id that a proxy or client gave the request, so that its log and ours can be joined; else a new one. */
function requestId(req: Incoming): string {
  const given = req.header("x-request-id");
  return given && /^[\w.:-]{1,64}$/.test(given) ? given : newId("req");
}

const isRecorded = ({ audit }: Call, actor: Actor) => (actor.kind === "bot" ? audit.bots : audit.people);

/** Runs the handler of a route within its request, and records its act. */
export function recording(call: Call, actor: Actor, { params, body }: Input, work: () => unknown): unknown {
  const { app, config, req, audit } = call;
  const performed = () => ({
    ...{ action: config.contract.id, target: targetOf(params, body), fields: fieldsOf(body) },
    isAttempt: config.auth.every((kind) => kind === "public"),
  });
  if (isRecorded(call, actor)) return withinContext(contextOf(req, actor), () => app.audit.perform(performed(), work));
  if (config.dialect === "graphql") return withinContext(contextOf(req, actor), work);
  // Most requests are reads and reports of bots: they need no context, and are too many to keep one for each.
  if (actor.kind !== "user" || !audit.refusals) return work();
  return withinContext(contextOf(req, actor), () => app.audit.watch(performed(), work));
}

const fieldsOf = (body: unknown): string[] =>
  body && typeof body === "object" && !Array.isArray(body) ? Object.keys(body) : [];

/** Records that somebody who is signed in may not use a route which changes something. */
export async function recordRefusal(call: Call, actor: Actor, params: unknown, error: unknown): Promise<void> {
  const { app, config, req, audit } = call;
  if (actor.kind === "public" || !(actor.kind === "user" ? audit.refusals : audit.bots)) return;
  const performed = { action: config.contract.id, target: targetOf(params) };
  await app.audit.refused(contextOf(req, actor), performed, error);
}
