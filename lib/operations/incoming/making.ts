/** Turns a request into a command or a log line, with the rights that the webhook's person has at that moment. */
import type { UserActor } from "@/lib/core/actor";
import { type Context, withinContext } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import { Payload } from "@/lib/fleet/commands/contract";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import type { TelemetryRoom } from "@/lib/fleet/telemetry";
import { reaches, roleOnTeam } from "@/lib/identity/access";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { Action } from "./contract";
import { actionOf, conditionOf, type HookRow } from "./store.rows";
import { fieldOf, fillJson, fillText, textOf, type Values } from "./template";

export type MakingDeps = Pick<BotsRoom, "bots"> &
  Pick<CommandsRoom, "commands"> &
  Pick<ManifestsRoom, "manifests"> & {
    logs: Pick<TelemetryRoom["telemetry"], "postLogs">;
    /** Returns an active person with the rights of this moment. */
    actFor(personId: number): Promise<UserActor | undefined>;
  };
type Owned = Pick<HookRow, "team_id" | "acts_as">;
type Hook = Pick<HookRow, "id" | "name" | "action" | "only_when"> & Owned;

/** The most characters of a log message. */
const LOG_MAX = 16_384;

/** The role on a bot that an action needs: as for the same request by the person. */
const ROLES = { command: "operator", log: "maintainer" } as const;

/** Fills the templates of an action. @throws INVALID_INPUT  the result is too large, or a message is empty */
function filledAction(action: Action, values: Values): Action {
  if (action.kind === "log") {
    const message = cutText(fillText(action.message, values), LOG_MAX);
    if (message.trim() === "") throw new AppError("INVALID_INPUT", "The template makes an empty message");
    return { ...action, message };
  }
  const payload = Payload.safeParse(fillJson(action.payload, values));
  if (!payload.success)
    throw new AppError("INVALID_INPUT", `The template makes no valid payload: ${payload.error.issues[0]!.message}`);
  return { ...action, payload: payload.data };
}

/**
 * Fills the templates of a webhook's action with a request.
 *
 * @returns undefined when the webhook's condition does not apply
 * @throws INVALID_INPUT  the result is too large, or no valid payload or message
 */
export function actionFrom(hook: Pick<HookRow, "action" | "only_when">, values: Values): Action | undefined {
  const condition = conditionOf(hook);
  if (condition && textOf(fieldOf(values, condition.field)) !== condition.equals) return undefined;
  return filledAction(actionOf(hook), values);
}

/** Builds what checks and performs the actions of webhooks. */
export function createMaking({ bots, commands, manifests, logs, actFor }: MakingDeps) {
  /**
   * Checks that a person may let a team's webhook perform an action.
   *
   * @throws NOT_FOUND, FORBIDDEN  the person may not do it; INVALID_INPUT  another team owns the bot
   */
  async function demandRights(actor: UserActor, teamId: number, { kind, bot_id }: Action): Promise<void> {
    const { team_id } = await bots.reach(actor, bot_id, ROLES[kind]);
    // A personal webhook reaches what the person reaches; a shared team's reaches the bots of that team.
    if (teamId >= FIRST_TEAM && team_id !== teamId)
      throw new AppError("INVALID_INPUT", `action.bot_id: the team owns no bot ${cutText(bot_id, 64, "")}`, {
        field: "action.bot_id",
      });
  }

  /** Returns the webhook's person, who must still manage its team. @throws CONFLICT */
  async function demandPerson({ team_id, acts_as }: Owned): Promise<UserActor> {
    const actor = await actFor(acts_as);
    if (!actor) throw new AppError("CONFLICT", "The account whose rights it has is not active");
    if (!reaches(roleOnTeam(actor, team_id), "maintainer"))
      throw new AppError("CONFLICT", "The person whose rights it has no longer manages its team");
    return actor;
  }

  /** Checks an action as `make` does, and makes nothing. @throws as `make` */
  async function check(hook: Owned, action: Action): Promise<void> {
    await demandRights(await demandPerson(hook), hook.team_id, action);
    if (action.kind === "command") await manifests.check(action.bot_id, action.type, action.payload);
  }

  /**
   * Performs an action.
   *
   * @param key  makes a repetition return the same command
   * @returns the id of the command; null for a log line
   * @throws AppError  the person may not do it, or the command does not match the bot's manifest
   */
  async function make(
    hook: Hook,
    action: Action,
    { key, origin }: { key: string | null } & Pick<Context, "origin">,
  ): Promise<string | null> {
    const actor = await demandPerson(hook);
    await demandRights(actor, hook.team_id, action);
    const context: Context = { origin, actor, incoming: { id: hook.id, name: hook.name } };
    return withinContext(context, async () => {
      const { bot_id } = action;
      if (action.kind === "log") {
        const metadata = { incoming_webhook: hook.name };
        await logs.postLogs(actor, bot_id, { type: action.level, message: action.message, metadata });
        return null;
      }
      const { type, payload } = action;
      const once = key === null ? {} : { idempotency_key: `incoming:${hook.id}:${key}` };
      return (await commands.send(actor, { bot_id, type, payload, ...once })).id;
    });
  }

  return { demandRights, check, make };
}

export type Making = ReturnType<typeof createMaking>;
