/** Sums over transfers. */
import { inList, query } from "@/lib/core/db";
import { type Figures, figures } from "./contacts/store";
import type { DownloadStats, TaskStatus } from "./contract";
import { outsideIdOf } from "./rows";
import { joined } from "./store.names";

/** The number of transfers with a status, and their total speed in bytes a second. */
export type TransferGroup = {
  status: TaskStatus;
  kind: string;
  destination: string;
  phase: string;
  tasks: number;
  speed: number;
};

/** Counts all transfers, removed ones included, by status and by where they come from or go. */
const groups = (): Promise<TransferGroup[]> =>
  query()
    .selectFrom("transfer")
    .select(["status", "kind", "destination", "phase"])
    .select((eb) => [
      eb.fn.countAll<number>().as("tasks"),
      eb.fn.coalesce(eb.fn.sum<number>("speed"), eb.lit(0)).as("speed"),
    ])
    .groupBy(["status", "kind", "destination", "phase"])
    .$castTo<TransferGroup>()
    .execute();

export function createTaskFigureStore() {
  return {
    groups,
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

    /** Returns figures of these owners, without the transfers for contacts, which contacts/store.ts counts. */
    async figures(userIds: readonly number[]): Promise<Map<number, Figures>> {
      const rows = await query()
        .selectFrom("transfer")
        .select("owner_id")
        .select(figures)
        .where("requested_for", "is", null)
        .where("owner_id", "in", inList(userIds))
        .groupBy("owner_id")
        .$castTo<Figures & { owner_id: number }>()
        .execute();
      return new Map(rows.map(({ owner_id, ...sums }) => [owner_id, sums]));
    },

    /** @param ownerId limits the sums to one owner */
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
