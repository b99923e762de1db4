/** Checks that a person may see or change an alert, and announces the change of one. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { seesAll } from "@/lib/identity/access";
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
const isOwn = (user: UserActor, alert: AlertRow) => alert.owner_id === user.user_id;

/** @throws NOT_FOUND the alert does not exist, or the caller may not see it */
export async function readable({ store }: Pick<Deps, "store">, user: UserActor, id: string): Promise<AlertRow> {
  const alert = await store.get(id);
  if (!alert || !(seesAll(user) || isOwn(user, alert))) throw new AppError("NOT_FOUND", `No alert ${id}`);
  return alert;
}

export const mayChange = (user: UserActor, alert: AlertRow) => user.role === "admin" || isOwn(user, alert);

/** @throws NOT_FOUND the caller may not see the alert, FORBIDDEN the caller is a moderator, who may only read it */
export async function changeable(
  deps: Pick<Deps, "store">,
  actor: Actor,
  id: string,
): Promise<{ user: UserActor; alert: AlertRow }> {
  const user = asUser(actor, "operate");
  const alert = await readable(deps, user, id);
  if (!mayChange(user, alert)) throw new AppError("FORBIDDEN", "Only an admin may change the server's alerts");
  return { user, alert };
}

export async function announce({ rules, publish }: Pick<Deps, "rules" | "publish">, change: Announced): Promise<void> {
  await publish(change, change.alert.rule_id ? await rules.get(change.alert.rule_id) : undefined);
}
