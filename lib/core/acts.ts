/**
 * The act of the request that is being answered, as the audit log will record it. Services describe what they change by
 * `describeAct`; lib/core/db stores the record in the transaction of the first change (docs/decisions/016-audit-log.md).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Actor } from "./actor";
import { env } from "./env";
import { logger } from "./log/logger";

/** Where a request came from. */
export type Origin = { request_id: string; address: string; user_agent?: string };

export type ActTarget = {
  /** bot, user, api_key, alert_rule … */
  type: string;
  id: string | number;
  name?: string | null;
  /** The bot that the target belongs to, if it is no bot itself. Its activity lists the act. */
  bot_id?: string | null;
};
export type ActDescription = {
  /** The person who acts, if the request carried no credential: a sign-in. */
  by?: { id: number; username: string };
  target?: ActTarget;
  /** The team that owns the target. Its activity lists the act. */
  team_id?: number | null;
  /** The changed fields as they were and as they are. Fields that are equal in both are left out, secrets are masked. */
  before?: object | null;
  after?: object | null;
  /** Set when the caller is answered as if the target did not exist, because it is not theirs. */
  isHidden?: boolean;
  /** The error code of an act that was refused by a page instead of an error. */
  refusal?: string;
};

/** An act under way. */
export type Act = {
  description: ActDescription;
  /** `storing` while a transaction that holds the record has not committed. */
  state: "open" | "storing" | "stored";
  /** Writes the record. @param tx the transaction, as stores know it */
  store(tx: unknown): Promise<void>;
};

/** The caller of a request, or the background job that is running. */
export type Context = {
  origin?: Origin;
  /** The span of the request, while traces are exported (lib/core/tracing.ts). */
  traceparent?: string;
  actor?: Actor;
  job?: string;
  plugin?: string;
  /** The schedule whose command is being sent. */
  schedule?: { id: string; name: string };
  /** The incoming webhook whose request is being worked on. */
  incoming?: { id: string; name: string };
  act?: Act;
};

const contexts = new AsyncLocalStorage<Context | undefined>();

/** The request or job that the calling code belongs to. */
export const currentContext = (): Context | undefined => contexts.getStore();

/** Runs `work` as part of a request or job. */
export const withinContext = <T>(context: Context, work: () => T): T => contexts.run(context, work);

/** Runs `work`, which several requests share, as part of none of them. */
export const detached = <T>(work: () => T): T => contexts.run(undefined, work);

/**
 * Runs `work` as no part of the act under way. For what is written before the act is certain, such as counted
 * attempts: the act's record would otherwise be stored with it.
 */
export const withoutAct = <T>(work: () => T): T => {
  const context = contexts.getStore();
  return context?.act ? contexts.run({ ...context, act: undefined }, work) : work();
};

/** The act under way whose record is not written yet. */
export function openAct(): Act | undefined {
  const act = contexts.getStore()?.act;
  return act?.state === "open" ? act : undefined;
}

/**
 * Adds to the record of the act under way, if there is one; the values after the act join those of earlier calls. Call it
 * before the change is written, or in its transaction: the record is stored with the first change.
 */
export function describeAct(description: ActDescription): void {
  const act = contexts.getStore()?.act;
  if (!act) return;
  if (act.state === "stored") reportLate(description);
  else {
    const after = description.after && { ...act.description.after, ...description.after };
    Object.assign(act.description, description, after && { after });
  }
}

/** Names the team of the bot that the act under way is about, unless the act's description names one. */
export function noteTeam(team_id: number | null): void {
  const act = contexts.getStore()?.act;
  if (act && act.state !== "stored") act.description.team_id ??= team_id;
}

/**
 * Describes an update before it is written: the fields of `change` that were sent, as they are in `stored` and as they
 * become.
 */
export function describeUpdate(target: ActTarget, stored: object, change: object): void {
  const sent = Object.entries(change).filter(([, value]) => value !== undefined);
  const fields = stored as Record<string, unknown>;
  const before = Object.fromEntries(sent.map(([name]) => [name, fields[name] ?? null]));
  describeAct({ target, before, after: Object.fromEntries(sent) });
}

type Recorder = <T>(performed: { action: string; needsChange?: boolean }, work: () => T | Promise<T>) => Promise<T>;
let recorder: Recorder | undefined;

/** Sets what records the acts of jobs and plugins. lib/identity/audit does so; without it they run unrecorded. */
export function recordActsBy(by: Recorder): void {
  recorder = by;
}

/**
 * Runs a further step of a request as an act of its own: the record of the first is stored with the first change. It is
 * recorded with its own first change, and not at all if it changes nothing.
 *
 * @throws what `work` throws
 */
export const performStep = async <T>(action: string, work: () => T | Promise<T>): Promise<T> =>
  recorder ? recorder({ action, needsChange: true }, work) : withoutAct(work);

/**
 * Runs `work` as an act of the job or plugin to which the calling code belongs, as `performStep` does. What a request
 * causes in passing belongs to the request's own record.
 *
 * @throws what `work` throws
 */
export async function performAct<T>(action: string, work: () => T | Promise<T>): Promise<T> {
  const { job, plugin } = contexts.getStore() ?? {};
  return job !== undefined || plugin !== undefined ? performStep(action, work) : withoutAct(work);
}

/** Records what a job has done outside of the database, such as a backup that it took. */
export async function noteAct(action: string, description: ActDescription): Promise<void> {
  await recorder?.({ action }, () => describeAct(description));
}

/** The target of acts on an account. */
export const accountTarget = ({ id, username }: { id: number; username: string }): ActTarget => ({
  ...{ type: "user", id, name: username },
});

function reportLate({ target }: ActDescription): void {
  const text = "an act was described after its record had been stored";
  if (env.checkReplies) throw new Error(`${text}: ${target?.type}`);
  logger.error({ target: target?.type }, text);
}
