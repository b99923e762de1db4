/** Decides who may see and change a schedule, and which bots a schedule may name. */
import { type Actor, asUser, mayArea, type Scope, type UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import { needsRole, reaches, roleOnBot, roleOnTeam } from "@/lib/identity/access";
import type { ActFor } from "./acting";
import type { ScheduleInput } from "./contract";
import type { ScheduleStore } from "./store";

export type AccessDeps = {
  store: Pick<ScheduleStore, "find">;
  bots: Pick<BotsRoom["bots"], "getMany">;
  manifests: Pick<ManifestsRoom["manifests"], "check" | "newBatch">;
  actFor: ActFor;
};

const noSchedule = (id: string) => new AppError("NOT_FOUND", `No schedule ${id}`);

/** Demands a caller who may let a schedule send commands. @throws UNAUTHORIZED, FORBIDDEN */
export function asScheduler(actor: Actor): UserActor {
  const user = asUser(actor, "operate");
  // A key that may not send commands must not send them through a schedule.
  if (!mayArea(user, "commands:send"))
    throw new AppError("FORBIDDEN", 'This API key lacks the scope "commands:send"', { scope: "commands:send" });
  return user;
}

/**
 * Returns a schedule, the caller, and the caller's role in its team.
 *
 * @throws NOT_FOUND the caller may not see it; FORBIDDEN the role is below `least`
 */
export async function accessibleSchedule(
  { store }: Pick<AccessDeps, "store">,
  actor: Actor,
  id: string,
  least: TeamRole,
  scope: Scope = "read",
) {
  const user = least === "viewer" ? asUser(actor, scope) : asScheduler(actor);
  const row = await store.find(id);
  const role = row ? roleOnTeam(user, row.team_id) : null;
  if (!row || role === null) {
    describeAct({ isHidden: true, target: { type: "schedule", id } });
    throw noSchedule(id);
  }
  if (!reaches(role, least)) throw needsRole(least, role, "team");
  return { user, row, role };
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
