/** Stores facts, hands them to the router, and deletes them when they are old. */
import { inList, insertRows, type Queries, query, type Row } from "@/lib/core/db";
import { readJson, writeJson } from "@/lib/core/format/json";
import { newId } from "@/lib/core/ids";
import type { FactKind } from "./contract";
import { isWanted } from "./interests";

export type FactRow = Omit<Row<"outbox_fact">, "kind"> & { kind: FactKind };
type NewFact = Omit<FactRow, "seq" | "routed">;
/** A fact without its body, as it is matched with destinations. */
export type FactHead = Pick<FactRow, "seq" | "id" | "kind" | "bot_id" | "bots" | "team_id" | "subject" | "at">;

const HEAD = ["seq", "id", "kind", "bot_id", "bots", "team_id", "subject", "at"] as const;

/** Returns the bots that a fact is about. */
export const botsOfFact = ({ bot_id, bots }: Pick<FactHead, "bot_id" | "bots">): string[] => [
  ...(bot_id === null ? [] : [bot_id]),
  ...(bots === null ? [] : readJson<string[]>(bots)),
];

/** A fact as rooms write it. `team_id` is null for what belongs to the staff; `at` is in epoch ms. */
type OutgoingFact = {
  kind: FactKind;
  bot_id: string | null;
  /** The bots of a fact about several. Its order is that of its subject, because the bots may differ from fact to fact. */
  bot_ids?: readonly string[];
  team_id: number | null;
  /** Names what the fact is about: a command, an alert. Facts of one bot, or else of one subject, are delivered in order. */
  subject: string;
  at: number;
  data: object;
};

/** The largest body of a fact in bytes. Free-form fields of a larger one are left out. */
const BODY_MAX = 32_768;
const BULKY = ["payload", "result", "last_message"] as const;

/** Writes the body as JSON of at most BODY_MAX bytes; `truncated` names the fields that were too large. */
function factBody(data: object): string {
  const text = writeJson(data);
  if (Buffer.byteLength(text) <= BODY_MAX) return text;
  const bulky = BULKY.filter((name) => name in data);
  const rest = writeJson({ ...data, ...Object.fromEntries(bulky.map((name) => [name, null])), truncated: bulky });
  return Buffer.byteLength(rest) <= BODY_MAX ? rest : writeJson({ truncated: Object.keys(data) });
}

/** Stores those of the facts that a destination wants, in the transaction `trx` of the change that they report. */
export async function addFacts(trx: Queries, facts: readonly OutgoingFact[]): Promise<void> {
  const rows = facts.filter(isWanted).map(({ data, bot_ids, ...fact }) => {
    const body = factBody(data);
    return {
      ...fact,
      bots: bot_ids ? JSON.stringify(bot_ids) : null,
      id: newId("fact"),
      bytes: Buffer.byteLength(body),
      body,
    };
  });
  if (rows.length > 0) await insertRows(trx, "outbox_fact", rows);
}

/** Stores a fact that is sent to one destination alone, and is never routed to others. */
export const keepTestFact = (trx: Queries, fact: Omit<NewFact, "kind"> & { kind: string }): Promise<void> =>
  insertRows(trx, "outbox_fact", [{ ...fact, routed: 1 }]);

/**
 * Marks the oldest facts that no deliveries were queued for, and returns them. A fact whose transaction commits later than that of
 * a higher `seq` is found by the next call, because facts are found by their mark and not by a position.
 */
export async function takeUnrouted(trx: Queries, limit: number): Promise<FactHead[]> {
  const facts = await trx
    .selectFrom("outbox_fact")
    .select(HEAD)
    .where("routed", "=", 0)
    .orderBy("seq")
    .limit(limit)
    .$castTo<FactHead>()
    .execute();
  if (facts.length === 0) return [];
  const marked = await trx
    .updateTable("outbox_fact")
    .set({ routed: 1 })
    .where("seq", "in", inList(facts.map(({ seq }) => seq)))
    .where("routed", "=", 0)
    .returning("seq")
    .execute();
  const own = new Set(marked.map(({ seq }) => seq));
  return facts.filter(({ seq }) => own.has(seq));
}

/** Returns facts by id. */
export async function readFacts(ids: readonly string[]): Promise<Map<string, FactRow>> {
  const facts = await query()
    .selectFrom("outbox_fact")
    .selectAll()
    .where("id", "in", inList(ids))
    .$castTo<FactRow>()
    .execute();
  return new Map(facts.map((fact) => [fact.id, fact]));
}

type Since = { kinds: readonly string[]; teamId: number | null; at: number; afterSeq: number; limit: number };

/** Returns routed facts of some kinds from a time on (epoch ms), in order, after `afterSeq`. A null team is every team. */
export const routedSince = (trx: Queries, { kinds, teamId, at, afterSeq, limit }: Since): Promise<FactHead[]> =>
  trx
    .selectFrom("outbox_fact")
    .select(HEAD)
    .where("routed", "=", 1)
    .where("seq", ">", afterSeq)
    .where("at", ">=", at)
    .where("kind", "in", inList(kinds))
    .$if(teamId !== null, (own) => own.where("team_id", "=", teamId))
    .where("subject", "<>", "")
    .orderBy("seq")
    .limit(limit)
    .$castTo<FactHead>()
    .execute();

/** Adds up the bytes of all stored facts. It reads every row, so call it once before several calls of `pruneFacts`. */
export async function countFactBytes(): Promise<number> {
  const { bytes } = await query()
    .selectFrom("outbox_fact")
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>("bytes"), eb.lit(0)).as("bytes"))
    .executeTakeFirstOrThrow();
  return Number(bytes);
}

/** Deletes the oldest facts, at most `limit`: those from before `at` (epoch ms), or any when `at` is undefined. */
export async function pruneFacts(at: number | undefined, limit: number): Promise<{ facts: number; bytes: number }> {
  const oldest = query()
    .selectFrom("outbox_fact")
    .select("seq")
    .$if(at !== undefined, (old) => old.where("at", "<", at!))
    .orderBy("seq")
    .limit(limit);
  const deleted = await query().deleteFrom("outbox_fact").where("seq", "in", oldest).returning("bytes").execute();
  return { facts: deleted.length, bytes: deleted.reduce((sum, { bytes }) => sum + bytes, 0) };
}
