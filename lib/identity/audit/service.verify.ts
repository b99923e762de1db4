/** Checks the chain of the audit log: no row was changed, deleted, added or moved since it was written. */
import type { Actor } from "@/lib/core/actor";
import { asAdmin } from "@/lib/core/actor";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import type { Chain } from "./chain";
import type { ChainProblem, VerifyQuery } from "./contract.verify";
import type { NewRecord } from "./record";
import type { ChainStore } from "./store.chain";
import type { AuditRow } from "./store.read";

type Deps = {
  chain: Chain;
  store: Pick<ChainStore, "checkpoint" | "notedHead" | "sealedAfter">;
};
type Walk = { position: number; hash: string | undefined; problems: ChainProblem[]; checked: number };

const PAGE_ROWS = 500;
/** Rows that one call checks; the caller goes on with `next`. */
const CALL_ROWS = 20_000;
const PROBLEMS_MAX = 100;

function checkRow(chain: Chain, walk: Walk, row: AuditRow): void {
  const { seq, mac, position, hash, ...content } = row as AuditRow & { position: number; hash: string };
  const report = (kind: ChainProblem["kind"], at = position) => {
    if (walk.problems.length < PROBLEMS_MAX) walk.problems.push({ kind, position: at, id: row.id });
  };
  const isNext = position === walk.position + 1;
  if (!isNext) report("missing", walk.position + 1);
  if (chain.isOfOtherKey(mac)) report("other_key");
  else if (chain.macOf(content as NewRecord) !== mac) report("altered");
  // The hash before is unknown after a gap, and at the start of a later call.
  else if (isNext && walk.hash !== undefined && chain.hashOf(walk.hash, { seq, position, mac }) !== hash)
    report("moved");
  Object.assign(walk, { position, hash, checked: walk.checked + 1 });
}

export function createVerification({ chain, store }: Deps) {
  /** Returns where the chain starts: at its signed checkpoint, or at its first row. */
  async function start(): Promise<Walk> {
    const walk: Walk = { position: 0, hash: "", problems: [], checked: 0 };
    const checkpoint = await store.checkpoint();
    if (!checkpoint) return walk;
    const { position, hash, signature } = checkpoint;
    if (chain.signatureOf(checkpoint) !== signature) walk.problems.push({ kind: "checkpoint", position, id: null });
    return { ...walk, position, hash };
  }

  /** Goes on after a row that an earlier call has checked. */
  async function resume(after: number): Promise<Walk> {
    const [row] = await store.sealedAfter(after - 1, 1);
    const hash = row?.position === after ? (row.hash ?? undefined) : undefined;
    return { position: after, hash, problems: [], checked: 0 };
  }

  return {
    /** @throws AppError FORBIDDEN unless an admin asks */
    async verify(actor: Actor, query: VerifyQuery) {
      asAdmin(actor);
      return check(query);
    },
    check,
  };

  /** Checks some thousand rows. `after` is `next` of the call before. */
  async function check({ after }: VerifyQuery) {
    // Read the end first: rows that are sealed meanwhile come after it.
    const head = await store.notedHead();
    const walk = after === undefined ? await start() : await resume(after);
    let next: number | null = null;
    for (;;) {
      const rows = await store.sealedAfter(walk.position, PAGE_ROWS);
      for (const row of rows) checkRow(chain, walk, row);
      if (rows.length < PAGE_ROWS) break;
      if (walk.checked >= CALL_ROWS) {
        next = walk.position;
        break;
      }
      await yieldToEventLoop();
    }
    const { position, problems, checked } = walk;
    const isCut = head !== undefined && (head === null || head.position > position);
    if (next === null && (isCut || (head === undefined && position > 0)))
      problems.push({ kind: "missing", position: position + 1, id: null });
    return { ok: problems.length === 0, checked, position, next, problems };
  }
}
