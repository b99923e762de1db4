/** Statements for people's requests. The engine's statements are in store.engine.ts. */
import { lockName, type Queries, query, transaction } from "@/lib/core/db";
import { keepContact, type NewContact } from "./contacts/store";
import type { Destination, TaskStatus } from "./contract";
import { createTaskFigureStore } from "./store.figures";
import { createTaskListStore } from "./store.list";

type NewTask = {
  id: string;
  owner_id: number;
  kind: "http" | "torrent";
  url: string;
  destination: Destination;
  folder_id: string | null;
  filename: string | null;
  checksum: string | null;
  credentials: string | null;
  requested_for: string | null;
  /** The contact that `requested_for` names. */
  contact: NewContact;
  dir: string;
  at: number;
};

/** Counts the unfinished transfers of an account. */
async function countOpen(ownerId: number, queries: Queries = query()): Promise<number> {
  const { open } = await queries
    .selectFrom("transfer")
    .select((eb) => eb.fn.countAll<number>().as("open"))
    .where("owner_id", "=", ownerId)
    .where("status", "in", ["queued", "active", "paused"])
    .executeTakeFirstOrThrow();
  return Number(open);
}

export function createTaskStore() {
  const update = () => query().updateTable("transfer");

  return {
    ...createTaskListStore(),
    ...createTaskFigureStore(),
    countOpen: (ownerId: number) => countOpen(ownerId),

    /**
     * Adds a transfer. Returns "tasks" or "contacts" when the owner already has too many unfinished transfers or
     * contacts.
     */
    add: ({ contact, at, ...task }: NewTask, max: number): Promise<"added" | "tasks" | "contacts"> =>
      transaction(async (trx) => {
        // Without the lock, two adds of one owner at once would each miss the other's transfer.
        await lockName(trx, `transfers:${task.owner_id}`);
        if ((await countOpen(task.owner_id, trx)) >= max) return "tasks";
        const { owner_id, requested_for: outside_id } = task;
        if (outside_id !== null && !(await keepContact(trx, { owner_id, outside_id, at, ...contact })))
          return "contacts";
        await trx
          .insertInto("transfer")
          .values({ ...task, created_at: at, due_at: at })
          .execute();
        return "added";
      }),

    /**
     * Changes the status if it is still one of `from`. A process that works on the transfer then finds its lease lost.
     */
    async changeStatus(id: string, from: TaskStatus[], to: TaskStatus, at: number): Promise<boolean> {
      const { numUpdatedRows } = await update()
        .set({ status: to, due_at: at, leased_by: null, leased_until: null, speed: null, error: null })
        .$if(to === "queued", (task) => task.set({ attempts: 0, finished_at: null }))
        .$if(to === "cancelled", (task) => task.set({ finished_at: at }))
        .where("id", "=", id)
        .where("dir", "<>", "")
        .where("status", "in", from)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Clears the progress, because the downloaded bytes were deleted. */
    async emptied(id: string): Promise<void> {
      await update()
        .set({ state: "{}", files: "[]", phase: "fetch", downloaded: 0, uploaded: 0 })
        .where("id", "=", id)
        .where("status", "=", "cancelled")
        .execute();
    },

    /** Hides a transfer from the lists. It is still counted in statistics. */
    async hide(id: string): Promise<boolean> {
      const { numUpdatedRows } = await update()
        .set({ dir: "", delete_at: null })
        .where("id", "=", id)
        .where("dir", "<>", "")
        .where("status", "in", ["completed", "failed", "cancelled"])
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}
export type TaskStore = ReturnType<typeof createTaskStore>;
