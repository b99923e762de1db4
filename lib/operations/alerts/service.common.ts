/** Checks that a person may see or change an alert, and announces the change of one. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { noteTeam } from "@/lib/core/acts";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { needsRole, reaches, roleInTeam, seesAll } from "@/lib/identity/access";
import type { Publish } from "./engine/publish";
import type { RuleStore } from "./rules/store";
import type { AlertStore } from "./store";
import type { AlertLists } from "./store.list";
import type { AlertRow, Announced, By } from "./store.rows";

export type Deps = {
  store: AlertStore;
  lists: AlertLists;
  rules: Pick<RuleStore, "get">;
  /** Returns the teams of the bots that exist. */
  botTeams(ids: string[]): Promise<Map<string, number | null>>;
  publish: Publish;
  now(): number;
  newId(prefix: string): string;
};

/** Returns the person in the form in which the history of an alert names them. */
export const byOf = (user: UserActor): NonNullable<By> => ({ id: user.user_id, name: user.fullname || user.username });

/** @throws NOT_FOUND the alert does not exist, or the caller may not see it */
export async function readable({ store }: Pick<Deps, "store">, user: UserActor, id: string): Promise<AlertRow> {
  const alert = await store.get(id);
  if (!alert || roleOnAlert(user, alert) === null) throw new AppError("NOT_FOUND", `No alert ${id}`);
  noteTeam(alert.team_id);
  return alert;
}

/** The caller's role on an alert: that in its team. Staff see every alert, and admins change it. */
function roleOnAlert(user: UserActor, { team_id }: Pick<AlertRow, "team_id">): TeamRole | null {
  if (user.role === "admin") return "owner";
  return (team_id === null ? null : roleInTeam(user, team_id)) ?? (seesAll(user) ? "viewer" : null);
}

export const mayChange = (user: UserActor, alert: Pick<AlertRow, "team_id">) =>
  reaches(roleOnAlert(user, alert), "operator");

/** @throws NOT_FOUND the caller may not see the alert; FORBIDDEN a viewer of its team, or a moderator */
export async function changeable(
  deps: Pick<Deps, "store">,
  actor: Actor,
  id: string,
): Promise<{ user: UserActor; alert: AlertRow }> {
  const user = asUser(actor, "operate");
  const alert = await readable(deps, user, id);
  if (mayChange(user, alert)) return { user, alert };
  if (alert.team_id !== null && roleInTeam(user, alert.team_id) !== null) throw needsRole("operator", "viewer", "team");
  throw new AppError("FORBIDDEN", "Only an admin may change the server's alerts");
}

export async function announce({ rules, publish }: Pick<Deps, "rules" | "publish">, change: Announced): Promise<void> {
  await publish(change, change.alert.rule_id ? await rules.get(change.alert.rule_id) : undefined);
}
