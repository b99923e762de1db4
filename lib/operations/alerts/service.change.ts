/** Alerts that people acknowledge, snooze and resolve. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import type { Alert } from "./contract";
import { announce, byOf, changeable, type Deps, mayChange } from "./service.common";
import { type Announced, alertTarget, toAlert } from "./store.rows";

type Action = { state: "acknowledged" | "resolved" } | { state: "snoozed"; minutes: number };

export function createChanging(deps: Pick<Deps, "store" | "rules" | "publish" | "now">) {
  const { store, now } = deps;

  async function change(user: UserActor, id: string, action: Action): Promise<Announced | undefined> {
    const at = now();
    const to =
      action.state === "snoozed"
        ? { state: "snoozed" as const, until: at + action.minutes * 60_000 }
        : { state: action.state };
    const changed = await store.act(id, to, byOf(user), at);
    if (changed) await announce(deps, changed);
    return changed;
  }

  /** @throws NOT_FOUND, FORBIDDEN, CONFLICT the alert is already resolved */
  async function act(actor: Actor, id: string, action: Action): Promise<Alert> {
    const { user, alert } = await changeable(deps, actor, id);
    describeUpdate(alertTarget(alert), alert, action);
    const changed = await change(user, id, action);
    if (changed) return toAlert(changed.alert);
    if (action.state === "resolved") return toAlert(alert);
    throw new AppError("CONFLICT", "The alert is already resolved");
  }

  /**
   * Applies an action to many alerts; skips those that do not exist, belong to others or are resolved. @returns the
   * number changed
   */
  async function bulk(actor: Actor, ids: string[], action: Action): Promise<number> {
    const user = asUser(actor, "operate");
    describeAct({ target: { type: "alert", id: ids.join(",") }, after: action });
    let count = 0;
    for (const id of new Set(ids)) {
      const alert = await store.get(id);
      if (alert && mayChange(user, alert) && (await change(user, id, action))) count++;
    }
    return count;
  }

  return { act, bulk };
}
