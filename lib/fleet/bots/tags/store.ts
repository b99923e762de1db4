/** Stores the tags that people give bots, and the properties that bots report. The two never mix: only people's tags give access. */

import { keyOf } from "@/lib/core/contract.tag-keys";
import { type Expression, insertRows, type Queries, query, type SqlBool, sql, transaction } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import { FACET_VALUES_MAX } from "@/lib/fleet/bots/contract.constants";
import { type BotScope, botsOf } from "@/lib/fleet/bots/joins";
import { lockBot } from "@/lib/fleet/bots/store.shared";
import { type Facet, facetsOf, nameKeyOf } from "./labels";

/** Tags of one bot that change, in the spelling by which they are compared. */
export type TagChange = { bot_id: string; team_id: number | null; added: string[]; removed: string[] };
/** The transaction of a change of tags, in which other rooms check it. */
export type TagTransaction = Queries;

/** The most bots whose labels one transaction computes. */
const LABELLED_MAX = 200;

/** Tests whether a bot has a tag, from people or from its own report. @param bot `table.column` */
export const hasTag = (bot: string, key: string): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(bot)} in ${query()
    .selectFrom("bot_tag")
    .select("bot_id")
    .where("key", "=", key)
    .unionAll(query().selectFrom("bot_facet").select("bot_id").where("kind", "=", "tag").where("key", "=", key))}`;

/** Returns which of the bots have a tag now, from people or from their own report. Bots that are being deleted have none. */
export async function taggedBots(queries: Queries, tag: string, ids: readonly string[]): Promise<Set<string>> {
  const bots = await botsOf({ bot_ids: ids }, queries)
    .where(hasTag("bot.id", keyOf(tag)))
    .select("bot.id")
    .execute();
  return new Set(bots.map(({ id }) => id));
}

/** Tests whether a bot reports a property. @param bot `table.column` */
export const hasFacet = (bot: string, kind: Facet["kind"], key: string): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(bot)} in ${query()
    .selectFrom("bot_facet")
    .select("bot_id")
    .where("kind", "=", kind)
    .where("key", "=", key)}`;

/**
 * Stores the properties that metadata names, in the transaction that stores the metadata. Bots register again at each of
 * their starts, so nothing is written when nothing changed.
 */
export async function writeFacets(trx: Queries, botId: string, metadata: string): Promise<void> {
  const facets = facetsOf(readJson(metadata));
  const stored = await trx
    .selectFrom("bot_facet")
    .select(["kind", "key", "name"])
    .where("bot_id", "=", botId)
    .execute();
  const textOf = (all: readonly { kind: string; key: string; name: string }[]) =>
    all
      .map(({ kind, key, name }) => JSON.stringify([kind, key, name]))
      .sort()
      .join();
  if (textOf(facets) === textOf(stored)) return;
  await trx.deleteFrom("bot_facet").where("bot_id", "=", botId).execute();
  await insertRows(
    trx,
    "bot_facet",
    facets.map((facet) => ({ bot_id: botId, ...facet })),
  );
}

/** Computes name keys and properties of bots that an upgrade or a restored backup brought without. @returns how many bots */
const labelSome = (): Promise<number> =>
  transaction(async (trx) => {
    const bots = await trx
      .selectFrom("bot")
      .select(["id", "name", "metadata"])
      .where("name_key", "=", sql.lit(""))
      .limit(LABELLED_MAX)
      .execute();
    for (const { id, name, metadata } of bots) {
      await writeFacets(trx, id, metadata);
      await trx
        .updateTable("bot")
        .set({ name_key: nameKeyOf(name) })
        .where("id", "=", id)
        .execute();
    }
    return bots.length;
  });

type Counted = { value: string; count: number };

/** Counts bots by the values of a property. Each value is shown in one of its spellings. */
async function countValues(scope: BotScope, kind: Facet["kind"]): Promise<Counted[]> {
  const reported = query().selectFrom("bot_facet").select(["bot_id", "key", "name"]).where("kind", "=", kind);
  // A bot that reports a tag that people gave it as well counts once.
  const labels =
    kind === "tag" ? reported.union(query().selectFrom("bot_tag").select(["bot_id", "key", "name"])) : reported;
  return botsOf(scope)
    .innerJoin(labels.as("l"), "l.bot_id", "bot.id")
    .select((eb) => [eb.fn.min("l.name").as("value"), eb.fn.count<number>("bot.id").distinct().as("count")])
    .groupBy("l.key")
    .orderBy("count", "desc")
    .orderBy("l.key")
    .limit(FACET_VALUES_MAX)
    .$castTo<Counted>()
    .execute();
}

export function createTagStore() {
  return {
    /**
     * Replaces a bot's tags by what `make` makes of the stored ones.
     *
     * @param check refuses the change before it is written
     * @returns the tags now, and what changed; undefined when the bot is gone
     */
    changeTags: (
      botId: string,
      make: (before: string[]) => string[],
      check: (trx: Queries, change: TagChange) => Promise<void>,
    ): Promise<{ after: string[]; change: TagChange } | undefined> =>
      transaction(async (trx) => {
        const bot = await lockBot(trx, botId);
        if (!bot) return undefined;
        const row = await trx.selectFrom("bot").select("tags").where("id", "=", botId).executeTakeFirstOrThrow();
        const before = readJson(row.tags) as string[];
        const after = make(before);
        const [old, kept] = [before.map(keyOf), after.map(keyOf)];
        const change = {
          ...{ bot_id: botId, team_id: bot.owner_id, added: kept.filter((key) => !old.includes(key)) },
          removed: old.filter((key) => !kept.includes(key)),
        };
        await check(trx, change);
        await trx
          .updateTable("bot")
          .set({ tags: JSON.stringify(after) })
          .where("id", "=", botId)
          .execute();
        await trx.deleteFrom("bot_tag").where("bot_id", "=", botId).execute();
        await insertRows(
          trx,
          "bot_tag",
          after.map((name) => ({ bot_id: botId, key: keyOf(name), name })),
        );
        return { after, change };
      }),

    labelSome,
    countValues,

    /** Counts bots by the team that owns them, the largest teams first. */
    countTeams: (scope: BotScope): Promise<{ id: number; count: number }[]> =>
      botsOf(scope)
        .where("bot.owner_id", "is not", null)
        .select((eb) => ["bot.owner_id as id", eb.fn.countAll<number>().as("count")])
        .groupBy("bot.owner_id")
        .orderBy("count", "desc")
        .orderBy("bot.owner_id")
        .limit(FACET_VALUES_MAX)
        .$castTo<{ id: number; count: number }>()
        .execute(),
  };
}
