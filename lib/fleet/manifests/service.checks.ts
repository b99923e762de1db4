/** Checks the payloads of commands against the manifests that bots published. */
import { registerCache } from "@/lib/core/caches";
import { AppError } from "@/lib/core/errors";
import { type Checks, createChecks } from "./checks";
import { CHECK_STEPS_MAX, type ParamsCheck } from "./params";
import type { ManifestStore } from "./store";

/**
 * State shared by the checks of one request that sends to many bots: the steps that are left for all of them, and the
 * verdict of each distinct manifest on the payload.
 */
export type CheckBatch = { left: number; verdicts: Map<ParamsCheck, { payload: object; problem: Problem }> };
type Problem = ReturnType<ParamsCheck>;

const BATCH_STEPS_MAX = 5 * CHECK_STEPS_MAX;

export function createPayloadChecks(store: ManifestStore) {
  const cache = createChecks(store);
  registerCache("manifests", { size: cache.size, clear: cache.clear });

  /**
   * Checks `payload` against the bot's manifest; commands that the manifest does not name pass. Returns a promise only
   * when the manifest has to be read first.
   *
   * @throws AppError INVALID_INPUT naming the field, for example `payload.count`
   */
  function check(
    botId: string,
    type: string,
    payload: Record<string, unknown>,
    batch?: CheckBatch,
  ): undefined | Promise<void> {
    const known = cache.get(botId);
    if (known instanceof Promise) return known.then((checks) => judge(checks, type, payload, batch));
    return void judge(known, type, payload, batch);
  }

  return {
    check,
    forget: cache.forget,
    newBatch: (): CheckBatch => ({ left: BATCH_STEPS_MAX, verdicts: new Map() }),
  };
}

function judge(checks: Checks, type: string, payload: Record<string, unknown>, batch?: CheckBatch): void {
  const check = checks.get(type);
  const problem = check && verdict(check, payload, batch);
  if (!problem) return;
  const field = problem.field ? `payload.${problem.field}` : "payload";
  throw new AppError("INVALID_INPUT", `${field}: ${problem.message} (by what the bot published of ${type})`, {
    field,
    issues: [{ field, message: problem.message }],
  });
}

/**
 * Returns the problem of a payload. In a batch, each distinct manifest checks the payload once, however many bots
 * published it.
 */
function verdict(check: ParamsCheck, payload: Record<string, unknown>, batch?: CheckBatch): Problem {
  if (!batch) return check(payload);
  const known = batch.verdicts.get(check);
  if (known?.payload === payload) return known.problem;
  const problem = check(payload, batch);
  batch.verdicts.set(check, { payload, problem });
  return problem;
}
