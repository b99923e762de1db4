/** Makes the record of an act from the request it belongs to. */
import { isDeepStrictEqual } from "node:util";
import { isServiceKey, type UserActor } from "@/lib/core/actor";
import type { ActDescription, Context } from "@/lib/core/acts";
import { cutText } from "@/lib/core/format/text";
import { MASK, masked, maskText } from "./mask";

type Outcome = "done" | "refused" | "failed";
type ByKind = "person" | "key" | "team_key" | "bot" | "plugin" | "job" | "cli" | "anonymous";

/** A record before it is stored: without the hash that its store makes, and without its place. */
export type NewRecord = {
  id: string;
  at: number;
  action: string;
  outcome: Outcome;
  code: string | null;
  by_kind: ByKind;
  by_id: string | null;
  by_name: string | null;
  user_id: number | null;
  key_id: string | null;
  session_id: string | null;
  address: string | null;
  user_agent: string | null;
  request_id: string | null;
  target_type: string | null;
  target_id: string | null;
  target_name: string | null;
  bot_id: string | null;
  team_id: number | null;
  detail: string | null;
};

export type Happened = {
  id: string;
  at: number;
  action: string;
  outcome: Outcome;
  code?: string;
  description: ActDescription;
  /** Names of the fields that were sent. They are kept if nothing describes the change itself. */
  fields?: readonly string[];
};

const DETAIL_MAX = 8_000;
/** PostgreSQL's text holds neither NUL nor half a surrogate pair, and the hash of a row must fit what is stored. */
const short = (text: string | null | undefined, max = 200): string | null =>
  text === null || text === undefined ? null : cutText(maskText(text), max).toWellFormed().replaceAll("\0", "\uFFFD");

type By = Pick<NewRecord, "by_kind" | "by_id" | "by_name" | "user_id" | "key_id" | "session_id">;
const NOBODY: By = { by_kind: "cli", by_id: null, by_name: null, user_id: null, key_id: null, session_id: null };

/** A service key: the team acts, and no person. */
const byTeam = ({ user_id, username, key_id }: UserActor): By => ({
  ...NOBODY,
  ...{ by_kind: "team_key", by_id: String(user_id), by_name: short(username), key_id: key_id ?? null },
});

function byOf({ actor, job, plugin }: Context, { by }: ActDescription): By {
  if (plugin !== undefined) return { ...NOBODY, by_kind: "plugin", by_id: plugin, by_name: plugin };
  // A job acts on behalf of nobody, whatever a step that it shares with sign-ins says.
  if (by && job === undefined)
    return { ...NOBODY, by_kind: "person", by_id: String(by.id), by_name: by.username, user_id: by.id };
  if (actor && isServiceKey(actor)) return byTeam(actor as UserActor);
  if (actor?.kind === "user")
    return {
      by_kind: actor.key_id ? "key" : "person",
      ...{ by_id: String(actor.user_id), by_name: actor.username, user_id: actor.user_id },
      ...{ key_id: actor.key_id ?? null, session_id: actor.session_id ?? null },
    };
  if (actor?.kind === "bot") return { ...NOBODY, by_kind: "bot", by_id: actor.bot_id };
  if (actor) return { ...NOBODY, by_kind: "anonymous" };
  return job === undefined ? NOBODY : { ...NOBODY, by_kind: "job", by_id: job, by_name: job };
}

/** The fields that differ, as they were and as they are. */
function changesOf(before: object, after: object): { before: object; after: object } {
  const [old, current] = [before, after] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(old![name], current![name]));
  const pick = (from: Record<string, unknown>) => Object.fromEntries(changed.map((name) => [name, from[name]]));
  return { before: pick(old!), after: pick(current!) };
}

function detailOf({ before, after }: ActDescription, fields: readonly string[] | undefined): string | null {
  const changes = before && after ? changesOf(before, after) : { before, after };
  const detail = {
    ...(changes.before && { before: masked(changes.before) }),
    ...(changes.after && { after: masked(changes.after) }),
    ...(!before && !after && fields?.length && { fields: fields.slice(0, 40).map((name) => short(name, 60)) }),
  };
  if (Object.keys(detail).length === 0) return null;
  const text = JSON.stringify(detail);
  return text.length <= DETAIL_MAX ? text : JSON.stringify({ fields: namesIn(changes), cut: MASK });
}

const namesIn = ({ before, after }: { before?: object | null; after?: object | null }) =>
  [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].slice(0, 40).map((name) => short(name, 60));

export function recordOf(context: Context, happened: Happened): NewRecord {
  const { description, fields, code } = happened;
  const { target } = description;
  const { origin } = context;
  const botId = target?.type === "bot" ? String(target.id) : (target?.bot_id ?? null);
  return {
    ...{ id: happened.id, at: happened.at, action: happened.action, outcome: happened.outcome, code: code ?? null },
    ...byOf(context, description),
    address: short(origin?.address, 64),
    user_agent: short(origin?.user_agent, 256),
    request_id: origin?.request_id ?? null,
    target_type: target?.type ?? null,
    target_id: target === undefined ? null : short(String(target.id), 128),
    target_name: short(target?.name),
    bot_id: short(botId, 128),
    team_id: description.team_id ?? null,
    detail: detailOf(description, fields),
  };
}
