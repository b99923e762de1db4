/** Webhooks as people set them up. The queue of deliveries is in store.queue.ts. */
import { inList, lockName, query, readPage, type SqlBool, sql, transaction } from "@/lib/core/db";
import type { Interest } from "@/lib/core/outbox";
import type { Cursor, Page } from "@/lib/core/pages";
import { remainingUserIds } from "@/lib/identity/accounts";
import { keepTeam, teamIds, teamNames } from "@/lib/identity/teams";
import { createQueueStore } from "./store.queue";
import { kindsOf, type WebhookColumns, type WebhookRow } from "./store.rows";
import { createStateStore } from "./store.state";

type NewWebhook = Pick<
  WebhookRow,
  "id" | "team_id" | "name" | "kinds" | "bots" | "tag" | "hint" | "address" | "secret" | "created_by" | "created_at"
>;

const rows = () => query().selectFrom("webhook").selectAll();

/** Adds a webhook. @returns undefined when the team, or the server, has `max` already @throws NOT_FOUND the team is gone */
const add = (webhook: NewWebhook, max: number): Promise<WebhookRow | undefined> =>
  transaction(async (trx) => {
    if (webhook.team_id !== null) await keepTeam(trx, webhook.team_id);
    await lockName(trx, `webhooks:${webhook.team_id}`);
    const { webhooks } = await trx
      .selectFrom("webhook")
      .select((eb) => eb.fn.countAll<number>().as("webhooks"))
      .where("team_id", webhook.team_id === null ? "is" : "=", webhook.team_id)
      .executeTakeFirstOrThrow();
    if (Number(webhooks) >= max) return undefined;
    return trx.insertInto("webhook").values(webhook).returningAll().executeTakeFirstOrThrow();
  });

/** Changes a webhook. @returns undefined when it is gone, or no longer at version `expected` */
const put = (id: string, columns: WebhookColumns, expected?: number): Promise<WebhookRow | undefined> =>
  query()
    .updateTable("webhook")
    .set((eb) => ({ ...columns, version: eb("version", "+", 1) }))
    .where("id", "=", id)
    .$if(expected !== undefined, (known) => known.where("version", "=", expected!))
    .returningAll()
    .executeTakeFirst();

export const createWebhookStore = () => ({
  ...createQueueStore(),
  ...createStateStore(),
  ...{ add, put },

  /** Lists the webhooks of teams and, with `ofServer`, those of the server. `teams` undefined: of every team. */
  page: (
    { teams, ofServer }: { teams?: readonly number[]; ofServer: boolean },
    range: { after?: Cursor; limit: number },
  ): Promise<Page<WebhookRow>> =>
    readPage(
      rows()
        .$if(teams !== undefined, (own) =>
          own.where((eb) =>
            eb.or([eb("team_id", "in", inList(teams!)), ...(ofServer ? [eb("team_id", "is", null)] : [])]),
          ),
        )
        .$castTo<WebhookRow>(),
      { by: ["seq"], direction: "desc" },
      range,
    ),

  get: (id: string): Promise<WebhookRow | undefined> => rows().where("id", "=", id).executeTakeFirst(),

  /** Reads the newest webhooks that a person created or owns alone, with the name of a shared team. */
  createdBy: (userId: number, limit: number) =>
    query()
      .selectFrom("webhook as c")
      .leftJoin(teamNames().as("t"), "t.id", "c.team_id")
      .select(["c.id", "c.name", "c.hint", "t.name as team_name"])
      .where((eb) => eb.or([eb("c.created_by", "=", userId), eb("c.team_id", "=", userId)]))
      .orderBy("c.seq", "desc")
      .limit(limit)
      .execute(),

  /** @returns false when there is no such webhook */
  remove: async (id: string): Promise<boolean> =>
    (await query().deleteFrom("webhook").where("id", "=", id).executeTakeFirst()).numDeletedRows > 0n,

  /** Deletes the webhooks of accounts and teams that were deleted. @returns how many */
  async removeOrphans(): Promise<number> {
    const gone = sql<SqlBool>`team_id not in ${remainingUserIds()} and team_id not in ${teamIds()}`;
    const { numDeletedRows } = await query().deleteFrom("webhook").where(gone).executeTakeFirst();
    return Number(numDeletedRows);
  },

  /** Reads what all webhooks want. Disabled ones count, so that a replay finds what they missed. */
  async interests(): Promise<Interest[]> {
    const wanted = await query().selectFrom("webhook").select(["kinds", "team_id"]).distinct().execute();
    return wanted.flatMap(({ team_id, kinds }) => kindsOf({ kinds }).map((kind) => ({ kind, team_id })));
  },
});

export type WebhookStore = ReturnType<typeof createWebhookStore>;
