/** Decides who may see and change a schedule, and which bots a schedule may name. */
import { type Actor, asUser, mayArea, type UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import { reaches, roleOnBot } from "@/lib/identity/access";
import { ownedAccess } from "@/lib/identity/teams";
import type { ActFor } from "./acting";
import type { ScheduleInput } from "./contract";
import type { ScheduleStore } from "./store";

export type AccessDeps = {
  store: Pick<ScheduleStore, "find">;
  bots: Pick<BotsRoom["bots"], "getMany">;
  manifests: Pick<ManifestsRoom["manifests"], "check" | "newBatch">;
  actFor: ActFor;
};

/** Builds what finds schedules for their people. */
const scheduleAccess = ({ store }: Pick<AccessDeps, "store">) =>
  ownedAccess({
    get: store.find,
    type: "schedule",
    noun: "schedule",
    seenBy: "viewer",
    scope: "operate",
  });

/** Demands a caller who may let a schedule send commands. @throws UNAUTHORIZED, FORBIDDEN */
export function asScheduler(actor: Actor): UserActor {
  const user = asUser(actor, "operate");
  // A key that may not send commands must not send them through a schedule.
  if (!mayArea(user, "commands:send"))
    throw new AppError("FORBIDDEN", 'This API key lacks the scope "commands:send"', { scope: "commands:send" });
  return user;
}

/** Returns a schedule and the caller. @throws NOT_FOUND the caller may not see it; FORBIDDEN the caller may not manage it */
export function findSchedule(deps: Pick<AccessDeps, "store">, actor: Actor, id: string, purpose: "see" | "manage") {
  if (purpose === "manage") asScheduler(actor);
  return scheduleAccess(deps).find(actor, id, purpose);
}

/**
 * Checks that a schedule of a team may send this command to the bots that it names.
 *
 * @throws NOT_FOUND a bot that its runs would not reach; INVALID_INPUT the payload does not match a bot's manifest
 */
export async function checkTargets(
  { bots, manifests, actFor }: Omit<AccessDeps, "store">,
  teamId: number,
  { bot_ids, type, payload }: Pick<ScheduleInput, "bot_ids" | "type" | "payload">,
): Promise<void> {
  if (!bot_ids) return;
  const runner = await actFor(teamId);
  if (!runner) throw new AppError("CONFLICT", "The account or team that it would run for is not active");
  const found = await bots.getMany(runner, [...bot_ids]);
  for (const id of bot_ids) {
    const bot = found.get(id);
    if (!bot) throw new AppError("NOT_FOUND", `No bot ${id} that this schedule would reach`, { field: "bot_ids" });
    const role = roleOnBot(runner, { id, team_id: bot.team_id });
    if (!reaches(role, "operator"))
      throw new AppError("FORBIDDEN", `bot_ids: ${id} needs the role "operator"`, { field: "bot_ids" });
  }
  const batch = manifests.newBatch();
  for (const id of bot_ids) await manifests.check(id, type, payload, batch);
}
