/** The chain over the rows of the audit log: sealing, what verification reads, and the end of old rows. */
import { describeAct } from "@/lib/core/acts";
import { createRoomSetting, lockName, type Queries, query, transaction } from "@/lib/core/db";
import type { Chain } from "./chain";

/** The end of the chain: the place and the hash of its last row. */
type Head = { position: number; hash: string };
type Deps = { chain: Chain; now: () => number };

/** The end of the chain as the last seal left it. It shows that the newest rows were deleted. */
const noted = createRoomSetting("audit_head");

const checkpoints = (queries: Queries) =>
  queries.selectFrom("audit_checkpoint").selectAll().orderBy("position", "desc").limit(1);

async function headIn(queries: Queries): Promise<Head> {
  const last = await queries
    .selectFrom("audit_record")
    .select(["position", "hash"])
    .where("position", "is not", null)
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  if (last) return last as Head;
  return (await checkpoints(queries).executeTakeFirst()) ?? { position: 0, hash: "" };
}

const signed = (chain: Chain, head: Head): string =>
  JSON.stringify([head.position, head.hash, chain.signatureOf({ ...head, at: 0, deleted: 0 })]);

async function sealIn({ chain }: Deps, trx: Queries, limit: number): Promise<number> {
  await lockName(trx, "audit.seal");
  const open = await trx
    .selectFrom("audit_record")
    .select(["seq", "mac"])
    .where("position", "is", null)
    .orderBy("seq")
    .limit(limit)
    .execute();
  if (open.length === 0) return 0;
  let head = await headIn(trx);
  for (const { seq, mac } of open) {
    const position = head.position + 1;
    const hash = chain.hashOf(head.hash, { seq, position, mac });
    await trx.updateTable("audit_record").set({ position, hash }).where("seq", "=", seq).execute();
    head = { position, hash };
  }
  await noted.write(signed(chain, head), trx);
  return open.length;
}

async function pruneIn({ chain, now }: Deps, trx: Queries, before: number, limit: number): Promise<number> {
  await lockName(trx, "audit.seal");
  const oldest = await trx
    .selectFrom("audit_record")
    .select(["position", "hash", "at"])
    .where("position", "is not", null)
    .orderBy("position")
    .limit(limit)
    .execute();
  const kept = oldest.findIndex(({ at }) => at >= before);
  const old = kept < 0 ? oldest : oldest.slice(0, kept);
  const last = old.at(-1) as Head | undefined;
  if (!last) return 0;
  const checkpoint = { position: last.position, hash: last.hash, at: now(), deleted: old.length };
  const signature = chain.signatureOf(checkpoint);
  await trx
    .insertInto("audit_checkpoint")
    .values({ ...checkpoint, signature })
    .execute();
  describeAct({
    target: { type: "settings", id: "audit_log" },
    before: { oldest: oldest[0]!.position },
    after: { oldest: last.position + 1 },
  });
  await trx.deleteFrom("audit_checkpoint").where("position", "<", last.position).execute();
  await trx.deleteFrom("audit_record").where("position", "<=", last.position).execute();
  return old.length;
}

export const createChainStore = (deps: Deps) => ({
  /** Gives the rows that have no place yet the next ones, in the order of their seq. @returns how many */
  seal: (limit: number): Promise<number> => transaction((trx) => sealIn(deps, trx, limit)),

  /** Deletes the oldest rows of the chain that are older than `before`, and leaves a checkpoint. @returns how many */
  prune: (before: number, limit: number): Promise<number> => transaction((trx) => pruneIn(deps, trx, before, limit)),

  /** The end of the chain as its rows show it. */
  head: (): Promise<Head> => headIn(query()),

  checkpoint: () => checkpoints(query()).executeTakeFirst(),

  /** The end of the chain as it was signed; undefined when it was never sealed, null when the signature is wrong. */
  async notedHead(): Promise<Head | null | undefined> {
    const text = await noted.read();
    if (text === null) return undefined;
    const [position, hash] = text.replace(/[[\]"]/g, "").split(",");
    const head = { position: Number(position), hash: hash ?? "" };
    return signed(deps.chain, head) === text ? head : null;
  },

  /** Sealed rows after a place, in the order of the chain. */
  sealedAfter: (position: number, limit: number) =>
    query()
      .selectFrom("audit_record")
      .selectAll()
      .where("position", ">", position)
      .orderBy("position")
      .limit(limit)
      .execute(),
});

export type ChainStore = ReturnType<typeof createChainStore>;
