/** Records what callers do: every act that changes something or reveals a secret, and those that were refused. */

import { callerKey } from "@/lib/core/actor";
import { type Act, type ActTarget, type Context, currentContext, withinContext, withoutAct } from "@/lib/core/acts";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { recordOf } from "./record";
import type { AuditStore } from "./store";

export type Performed = {
  /** The operation's id. */
  action: string;
  /** The target that the request names. A service that knows more describes it (lib/core/acts.ts). */
  target?: ActTarget;
  /** Names of the fields that were sent. */
  fields?: readonly string[];
  /** Set when the caller tries a credential, such as a password or a mailed link: whatever refuses it is recorded. */
  isAttempt?: boolean;
  /** Skips the record of work that changes nothing: a job looks for something to do far more often than it finds it. */
  needsChange?: boolean;
};

type Deps = {
  store: Pick<AuditStore, "add">;
  now: Clock;
  newId: (prefix: string) => string;
  log: { warn(fields: object, message: string): void };
};

/** Refused acts of one caller that are recorded in a minute: they must not fill the log. */
const REFUSALS_PER_MINUTE = 60;

/** Says whether another refusal of the caller is recorded in this minute. */
function createRefusalLimit({ now, log }: Pick<Deps, "now" | "log">) {
  let minute = 0;
  let counts = new Map<string, number>();
  return ({ actor }: Context): boolean => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) [minute, counts] = [current, new Map()];
    const key = actor ? callerKey(actor) : "";
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count === REFUSALS_PER_MINUTE + 1) log.warn({ caller: key }, "refused acts are not recorded for a minute");
    return count <= REFUSALS_PER_MINUTE;
  };
}

/** The outcome and the code of an act that threw; undefined for one that needs no record, such as an invalid request. */
function failureOf(error: unknown, act: Act, isAttempt = false) {
  const { code, status } = error instanceof AppError ? error : { code: "INTERNAL_ERROR", status: 500 };
  const isRefused = status === 401 || status === 403 || (status === 404 && act.description.isHidden);
  if (isRefused || (isAttempt && status < 500)) return { outcome: "refused" as const, code };
  if (status >= 500 || act.state === "stored") return { outcome: "failed" as const, code };
  return undefined;
}

export function createPerforming(deps: Deps) {
  const { store, now, newId, log } = deps;
  const mayRecordRefusal = createRefusalLimit(deps);

  /** The caller gets the error of the act, not that of its record. */
  async function noteFailure(context: Context, performed: Performed, act: Act, error: unknown): Promise<void> {
    const failure = failureOf(error, act, performed.isAttempt);
    if (!failure || (failure.outcome === "refused" && !mayRecordRefusal(context))) return;
    const { action, fields } = performed;
    const happened = { id: newId("act"), at: now(), action, ...failure, description: act.description, fields };
    try {
      await withoutAct(() => store.add(recordOf(context, happened)));
    } catch (unwritten) {
      log.warn({ err: unwritten, action, outcome: failure.outcome }, "a record of the audit log was not written");
    }
  }

  return {
    /**
     * Runs `work`, the handler of an operation, and records it. The record is stored in the transaction of the first
     * change that `work` makes; if it changes nothing, before its result is given out.
     *
     * @throws what `work` throws; UNAVAILABLE when the record could not be stored
     */
    async perform<T>(performed: Performed, work: () => T | Promise<T>): Promise<T> {
      const context = currentContext() ?? {};
      const { action, target, fields } = performed;
      const id = newId("act");
      const at = now();
      const act: Act = {
        description: { ...(target && { target }) },
        state: "open",
        store: (tx) => {
          const { description } = act;
          const code = description.refusal;
          const outcome = code === undefined ? "done" : "refused";
          return store.add(recordOf(context, { id, at, action, outcome, code, description, fields }), tx);
        },
      };
      try {
        const result = await withinContext({ ...context, act }, work);
        // Work that goes on in the background may store the record at this moment.
        if (act.state === "open" && !performed.needsChange) {
          act.state = "storing";
          await act.store(undefined);
          act.state = "stored";
        }
        return result;
      } catch (error) {
        if (act.state === "stored" || !performed.needsChange) await noteFailure(context, performed, act, error);
        throw error;
      }
    },

    /** Runs an operation whose success leaves another record, and records it when it is refused. */
    async watch<T>(performed: Performed, work: () => T | Promise<T>): Promise<T> {
      const context = currentContext() ?? {};
      const act = unstoredAct(performed);
      try {
        return await withinContext({ ...context, act }, work);
      } catch (error) {
        await noteFailure(context, performed, act, error);
        throw error;
      }
    },

    /** Records an act that was refused before its handler was called. */
    refused: (context: Context, performed: Performed, error: unknown): Promise<void> =>
      noteFailure(context, performed, unstoredAct(performed), error),
  };
}

/** An act whose record no transaction stores. */
const unstoredAct = ({ target }: Performed): Act => ({
  description: { ...(target && { target }) },
  state: "storing",
  store: async () => {},
});
