/**
 * Third step: whether this caller may use this route at all. The room decides what the caller may do with a bot or a
 * ticket.
 */
import type { Actor, BotActor, UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { withinOperation } from "../areas";
import { noCredential } from "../dialects";
import type { Call } from "../route.types";

const SCOPE_RANK = { read: 0, operate: 1, admin: 2 };

/**
 * Returns the actor as this route sees it: an API key with scopes of its own has the level of the route's area.
 *
 * @throws AppError UNAUTHORIZED, FORBIDDEN
 */
export function authorise(call: Call, caller: Actor): Actor {
  const actor = withinOperation(caller, call.config.contract.id);
  allow(call, actor);
  return actor;
}

function allow(call: Call, actor: Actor): void {
  const { auth } = call.config;
  const isPublic = auth.includes("public");
  if (actor.kind === "public") {
    if (!isPublic) throw noCredential(call.dialect);
    return;
  }
  // A public route is as open to callers with a credential as to those without.
  if (!auth.includes(actor.kind) && isPublic) return;
  if (!auth.includes(actor.kind))
    throw new AppError(
      "FORBIDDEN",
      actor.kind === "bot" ? "A bot's token may not do this" : "Only the bot itself may do this",
    );
  if (actor.kind === "bot") authoriseBot(call, actor);
  else authoriseUser(call, actor);
}

function authoriseBot({ config }: Call, actor: BotActor): void {
  if (actor.unclaimed && !config.unclaimed && !config.auth.includes("public"))
    throw new AppError(
      "FORBIDDEN",
      "This bot has not been adopted yet: until then it may only poll and report its status",
    );
}

function authoriseUser({ config, req }: Call, actor: UserActor): void {
  const { permission } = config;
  if (permission === "admin" && actor.role !== "admin") throw new AppError("FORBIDDEN", "Only an admin may do this");
  if (permission === "staff" && actor.role === "user") throw new AppError("FORBIDDEN", "Only staff may do this");
  const needed = config.scope ?? (req.method === "GET" || req.method === "HEAD" ? "read" : "operate");
  if (SCOPE_RANK[actor.scope] < SCOPE_RANK[needed])
    throw new AppError("FORBIDDEN", `This API key has scope "${actor.scope}"; this needs "${needed}"`);
}
