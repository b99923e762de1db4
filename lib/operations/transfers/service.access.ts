/** Decides who may see and change a transfer, and lists what the service depends on. */
import { type Actor, asUser, type Role, type UserActor } from "@/lib/core/actor";
import type { ActTarget } from "@/lib/core/acts";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Quotas } from "@/lib/core/quotas";
import { seesAll } from "@/lib/identity/access";
import type { Destination, Task } from "./contract";
import { type TaskRow, taskOf } from "./rows";
import type { Runner } from "./runner/runner";
import type { Sender } from "./send/sender";
import type { TaskStore } from "./store";
import type { Torrents } from "./torrent/download";

export type TaskDeps = {
  store: TaskStore;
  quotas: Pick<Quotas, "of">;
  runner: Pick<Runner, "wake" | "halt" | "live">;
  senders: Record<Exclude<Destination, "local">, Pick<Sender, "missing">>;
  torrents: Pick<Torrents, "missing" | "check" | "forget">;
  /** @throws AppError INVALID_INPUT the address is not allowed */
  refuseForbidden(url: string): Promise<void>;
  /** Returns the number of the account that an id names, if the actor may act for it. */
  accountOf(actor: Actor, id: string): Promise<number | null>;
  downloadDir: () => Promise<string>;
  /** The least role of people who may start transfers. */
  leastRole: Role;
  emit: Emit;
  now: Clock;
  newId: () => string;
};

/** A transfer as the target of an act. */
export const taskTarget = ({ id, filename }: Pick<TaskRow, "id" | "filename">): ActTarget => ({
  ...{ type: "task", id, name: filename },
});

const ROLES: readonly Role[] = ["user", "moderator", "admin"];

export function createTaskAccess({
  store,
  runner,
  emit,
  leastRole,
}: Pick<TaskDeps, "store" | "runner" | "emit" | "leastRole">) {
  const viewOf = (row: TaskRow, all = false): Task => taskOf(row, runner.live(row.id), all);

  /** Returns whether people of a role may start transfers here. */
  const mayStart = (role: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(leastRole);

  /** @throws AppError FORBIDDEN the server lets only people of a higher role start transfers */
  function demandRole({ role }: UserActor): void {
    if (mayStart(role)) return;
    const people = leastRole === "admin" ? "admins" : "moderators and admins";
    throw new AppError(
      "FORBIDDEN",
      `Only ${people} can start transfers on this server (TRANSFERS_ROLE). Ask an admin.`,
    );
  }

  /**
   * @param purpose `start`: the transfer is to run again
   * @throws AppError NOT_FOUND; FORBIDDEN when the actor may only read the transfer, or may start none
   */
  async function reach(actor: Actor, id: string, purpose: "read" | "change" | "start"): Promise<TaskRow> {
    const user = asUser(actor, purpose === "read" ? "read" : "operate");
    const row = await store.find(id);
    if (!row || (row.owner_id !== user.user_id && !seesAll(user))) throw new AppError("NOT_FOUND", `No task ${id}`);
    if (purpose !== "read" && row.owner_id !== user.user_id && user.role !== "admin")
      throw new AppError("FORBIDDEN", "Only the owner and admins can change this transfer");
    if (purpose === "start") demandRole(user);
    return row;
  }

  /** Announces a transfer in its stored state, and returns it. */
  async function announce(actor: Actor, id: string, settled = false): Promise<Task> {
    const row = await reach(actor, id, "read");
    const fact = { task: viewOf(row), owner_id: row.owner_id };
    emit("task.changed", fact);
    if (settled) emit("task.settled", fact);
    return fact.task;
  }

  return { viewOf, reach, announce, mayStart, demandRole };
}
export type TaskAccess = ReturnType<typeof createTaskAccess>;
