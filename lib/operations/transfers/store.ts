/** Transfers: what people ask of them. The engine's side is store.engine.ts. */
import { contains, lockName, type Queries, query, readPage, transaction } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { Destination, DownloadStats, TaskStatus } from "./contract";
import { outsideIdOf, type TaskRow } from "./rows";
import { type Figures, figures, keepContact, type NewContact } from "./store.contacts";

/** `person`: an account by its number, and a contact by its text. */
type Person = { account: number | null; contact: string };
type Filter = { ownerId?: number; person?: Person; status?: TaskStatus; search?: string };
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
  /** The kind of person `requested_for` names. */
  contact: NewContact;
  dir: string;
  at: number;
};

const joined = (queries: Queries) =>
  queries
    .selectFrom("transfer as t")
    .innerJoin("user as u", "u.id", "t.owner_id")
    .leftJoin("contact as c", (join) =>
      join.onRef("c.owner_id", "=", "t.owner_id").onRef("c.outside_id", "=", "t.requested_for"),
    );

/** Rows with their owner's name, and their contact's. */
export const withNames = (queries: Queries) =>
  joined(queries).selectAll("t").select(["u.username", "c.name as contact_name"]).$castTo<TaskRow>();

/** Those that are in the lists and fit the filter. */
const listed = ({ ownerId, person, status, search }: Filter) =>
  withNames(query())
    .where("t.dir", "<>", "")
    .$if(ownerId !== undefined, (tasks) => tasks.where("t.owner_id", "=", ownerId!))
    .$if(person !== undefined, (tasks) =>
      tasks.where((eb) =>
        eb.or([
          eb("t.requested_for", "=", person!.contact),
          eb.and([eb("t.requested_for", "is", null), eb("t.owner_id", "=", person!.account ?? -1)]),
        ]),
      ),
    )
    .$if(status !== undefined, (tasks) => tasks.where("t.status", "=", status!))
    .$if(!!search, (tasks) =>
      tasks.where((eb) =>
        eb.or([
          contains(eb.fn<string>("lower", ["t.filename"]), search!.toLowerCase()),
          contains(eb.fn<string>("lower", ["t.url"]), search!.toLowerCase()),
        ]),
      ),
    );

export function createTaskStore() {
  const update = () => query().updateTable("transfer");

  return {
    find: (id: string): Promise<TaskRow | undefined> =>
      withNames(query()).where("t.id", "=", id).where("t.dir", "<>", "").executeTakeFirst(),

    async list({ limit, offset, ...filter }: Filter & { limit: number; offset: number }) {
      const tasks = listed(filter);
      const { total } = await tasks
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return { rows: await tasks.orderBy("t.seq", "desc").limit(limit).offset(offset).execute(), total };
    },

    /** The same by keyset, newest first. */
    page: (filter: Filter, page: { limit: number; after?: Cursor }): Promise<Page<TaskRow>> =>
      readPage(listed(filter), { by: ["t.seq"], direction: "desc" }, page),

    /** Says when the owner has `max` unfinished ones already, or too many contacts. */
    add: ({ contact, at, ...task }: NewTask, max: number): Promise<"added" | "tasks" | "contacts"> =>
      transaction(async (trx) => {
        // Without the lock, two adds of one owner at once would each miss the other's transfer.
        await lockName(trx, `transfers:${task.owner_id}`);
        const { open } = await trx
          .selectFrom("transfer")
          .select((eb) => eb.fn.countAll<number>().as("open"))
          .where("owner_id", "=", task.owner_id)
          .where("status", "in", ["queued", "active", "paused"])
          .executeTakeFirstOrThrow();
        if (open >= max) return "tasks";
        const { owner_id, requested_for: outside_id } = task;
        if (outside_id !== null && !(await keepContact(trx, { owner_id, outside_id, at, ...contact })))
          return "contacts";
        await trx
          .insertInto("transfer")
          .values({ ...task, created_at: at, due_at: at })
          .execute();
        return "added";
      }),

    /** To another status, if it still has one of `from`; whoever works on it finds its lease gone. */
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

    /** Clears the progress: the fetched bytes are gone. */
    async emptied(id: string): Promise<void> {
      await update()
        .set({ state: "{}", files: "[]", phase: "fetch", downloaded: 0, uploaded: 0 })
        .where("id", "=", id)
        .where("status", "=", "cancelled")
        .execute();
    },

    /** Out of the lists; it is still counted. */
    async hide(id: string): Promise<boolean> {
      const { numUpdatedRows } = await update()
        .set({ dir: "", delete_at: null })
        .where("id", "=", id)
        .where("dir", "<>", "")
        .where("status", "in", ["completed", "failed", "cancelled"])
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    totals: (): Promise<{ active: number; downloads: number; uploads: number }> =>
      query()
        .selectFrom("transfer")
        .select((eb) => [
          eb.fn.countAll<number>().filterWhere("status", "=", "active").as("active"),
          eb.fn.countAll<number>().filterWhere("status", "=", "completed").as("downloads"),
          eb.fn
            .countAll<number>()
            .filterWhere("status", "=", "completed")
            .filterWhere("destination", "<>", "local")
            .as("uploads"),
        ])
        .executeTakeFirstOrThrow(),

    /** By owner; what is for contacts counts for them (store.contacts.ts). */
    async figures(userId?: number): Promise<Map<number, Figures>> {
      const rows = await query()
        .selectFrom("transfer")
        .select("owner_id")
        .select(figures)
        .where("requested_for", "is", null)
        .$if(userId !== undefined, (tasks) => tasks.where("owner_id", "=", userId!))
        .groupBy("owner_id")
        .$castTo<Figures & { owner_id: number }>()
        .execute();
      return new Map(rows.map(({ owner_id, ...sums }) => [owner_id, sums]));
    },

    /** @param ownerId of one owner alone */
    async stats(since: number, ownerId?: number): Promise<DownloadStats> {
      const completed = joined(query())
        .where("t.status", "=", "completed")
        .$if(ownerId !== undefined, (tasks) => tasks.where("t.owner_id", "=", ownerId!));
      const { downloads, uploads, bytes, spent } = await completed
        .select((eb) => {
          const today = eb.fn.countAll<number>().filterWhere("t.finished_at", ">=", since);
          return [
            today.as("downloads"),
            today.filterWhere("t.destination", "<>", "local").as("uploads"),
            eb.fn.coalesce(eb.fn.sum<number>(eb("t.downloaded", "+", eb.ref("t.uploaded"))), eb.lit(0)).as("bytes"),
            eb.fn.coalesce(eb.fn.sum<number>("t.spent"), eb.lit(0)).as("spent"),
          ];
        })
        .executeTakeFirstOrThrow();
      const top = await completed
        .select((eb) => {
          const isAccount = eb("t.requested_for", "is", null);
          return [
            eb.ref("t.requested_for").as("contact"),
            eb.case().when(isAccount).then(eb.ref("t.owner_id")).end().as("account"),
            eb.case().when(isAccount).then(eb.fn.max("u.username")).else(eb.fn.max("c.name")).end().as("username"),
            eb.fn.countAll<number>().as("downloadCount"),
            eb.fn.coalesce(eb.fn.sum<number>("t.downloaded"), eb.lit(0)).as("totalBytes"),
          ];
        })
        .groupBy((eb) => [
          "t.requested_for",
          eb.case().when("t.requested_for", "is", null).then(eb.ref("t.owner_id")).end(),
        ])
        .orderBy("downloadCount", "desc")
        .orderBy((eb) => eb.fn.min("t.seq"))
        .limit(10)
        .execute();
      return {
        todayDownloads: downloads,
        todayUploads: uploads,
        totalBytes: bytes,
        averageSpeed: spent > 0 ? Math.round(bytes / (spent / 1000)) : 0,
        topDownloaders: top.map(({ contact, account, username, ...sums }) => ({
          userId: contact === null ? account! : outsideIdOf(contact),
          username: username ?? contact!,
          ...sums,
        })),
      };
    },
  };
}
export type TaskStore = ReturnType<typeof createTaskStore>;
