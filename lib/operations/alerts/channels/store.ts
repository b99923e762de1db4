/** Stores channels and the messages sent to them. The sender's queue is in store.queue.ts. */
import { iso, isoOrNull } from "@/lib/core/clock";
import { inList, query, readPage, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Cursor, Page } from "@/lib/core/pages";
import { countOwned, hasPlace, teamNames } from "@/lib/identity/teams";
import type { Owners } from "@/lib/operations/alerts/service.owners";
import type { AlertDelivery } from "./contract";
import { createQueueStore } from "./store.queue";
import { type ChannelRow, COLUMNS } from "./store.rows";
import { createChannelState } from "./store.state";

/** Lists the channels of teams and, with `withGlobal`, the global ones, newest first. */
const list = ({ teams, withGlobal }: Owners, range: { after?: Cursor; limit: number }): Promise<Page<ChannelRow>> =>
  readPage(
    query()
      .selectFrom("alert_channel")
      .select([...COLUMNS, "seq"])
      .where((eb) => {
        const own = eb.and([eb("owner_id", "in", inList(teams)), eb("global", "=", 0)]);
        return withGlobal ? eb.or([own, eb("global", "=", 1)]) : own;
      })
      .$castTo<ChannelRow>(),
    { by: ["seq"], direction: "desc" },
    range,
  );

/** Returns those of `ids` that are channels of a team; without a team, those of the server. */
async function known(ids: readonly string[], teamId: number | undefined): Promise<Set<string>> {
  const found = await query()
    .selectFrom("alert_channel")
    .select("id")
    .where("id", "in", inList(ids))
    .where("global", "=", teamId === undefined ? 1 : 0)
    .$if(teamId !== undefined, (own) => own.where("owner_id", "=", teamId!))
    .execute();
  return new Set(found.map(({ id }) => id));
}

const get = (id: string): Promise<ChannelRow | undefined> =>
  query().selectFrom("alert_channel").select(COLUMNS).where("id", "=", id).$castTo<ChannelRow>().executeTakeFirst();

type NewChannel = Pick<
  ChannelRow,
  "id" | "team_id" | "global" | "kind" | "name" | "address" | "hint" | "min_severity" | "created_at" | "confirmed_at"
> & { created_by: number };

/** Adds a channel. @returns false when the owner already has `max` channels @throws AppError NOT_FOUND the team was deleted */
const add = ({ team_id, ...channel }: NewChannel, max: number): Promise<boolean> =>
  transaction(async (trx) => {
    if (!(await hasPlace(trx, "alert_channel", { column: "owner_id", teamId: team_id, max }))) return false;
    await trx
      .insertInto("alert_channel")
      .values({ ...channel, owner_id: team_id })
      .execute();
    return true;
  });

/** @returns false when there is no such channel */
const remove = async (id: string): Promise<boolean> =>
  (await query().deleteFrom("alert_channel").where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n;

/** Lists the newest 50 messages to a channel. */
async function deliveries(channelId: string): Promise<AlertDelivery[]> {
  const messages = await query()
    .selectFrom("alert_delivery as d")
    .leftJoin("alert as a", "a.id", "d.alert_id")
    .select(["d.id", "d.alert_id", "a.message as alert", "d.payload", "d.status", "d.attempts", "d.error"])
    .select(["d.created_at", "d.due_at", "d.finished_at"])
    .where("d.channel_id", "=", channelId)
    .orderBy("d.seq", "desc")
    .limit(50)
    .$narrowType<{ status: AlertDelivery["status"] }>()
    .execute();
  return messages.map(({ id, payload, created_at, due_at, finished_at, ...row }) => ({
    ...row,
    delivery_id: id,
    event: readJson<{ event: AlertDelivery["event"] }>(payload).event,
    created_at: iso(created_at),
    next_try_at: row.status === "queued" ? iso(due_at) : null,
    finished_at: isoOrNull(finished_at),
  }));
}

/**
 * Queues a failed message again. @returns undefined: no such message; false: it has not failed, or its alert is gone
 */
async function retry(channelId: string, id: string, at: number): Promise<boolean | undefined> {
  const { numUpdatedRows } = await query()
    .updateTable("alert_delivery")
    .set({ status: "queued", attempts: 0, error: null, due_at: at, finished_at: null })
    .where("id", "=", id)
    .where("channel_id", "=", channelId)
    .where("status", "=", "failed")
    .where("alert_id", "in", (eb) => eb.selectFrom("alert").select("id"))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return true;
  const message = await query()
    .selectFrom("alert_delivery")
    .select("id")
    .where("id", "=", id)
    .where("channel_id", "=", channelId)
    .executeTakeFirst();
  return message ? false : undefined;
}

export const createChannelStore = () => ({
  ...{ list, known, get, add, remove, deliveries, retry },
  count: (teamId: number) => countOwned(query(), "alert_channel", { column: "owner_id", teamId }),
  /** Reads the newest channels that a person created or owns alone, with the name of a shared team. */
  createdBy: (userId: number, limit: number) =>
    query()
      .selectFrom("alert_channel as c")
      .leftJoin(teamNames().as("t"), "t.id", "c.owner_id")
      .select(["c.id", "c.name", "c.hint", "t.name as team_name"])
      .where((eb) => eb.or([eb("c.created_by", "=", userId), eb("c.owner_id", "=", userId)]))
      .orderBy("c.seq", "desc")
      .limit(limit)
      .execute(),

  ...createQueueStore(),
  ...createChannelState(),
});

export type ChannelStore = ReturnType<typeof createChannelStore>;
