/** Lists of bots for people, paged by keyset. */
import { type Actor, asAdmin, asUser, keyBots, keyReaches } from "@/lib/core/actor";
import { invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { type Cursor, rowsOf, shownPage } from "@/lib/core/pages";
import { teamsOf, type VisibleBots, visibleBots } from "@/lib/identity/access";
import type { BotListQuery } from "./contract";
import type { BotSort } from "./contract.constants";
import type { Access } from "./service.access";
import type { BotStore } from "./store";

type Deps = { store: Pick<BotStore, "page" | "count" | "countByOwner">; access: Pick<Access, "fresh"> };
/**
 * `mine`: bots of teams that the caller owns or maintains; `visible`: all bots the caller may see; `all`: every bot, for
 * admins; or the bots of one team, which the caller of this service has checked.
 */
type Scope = "mine" | "visible" | "all" | { team_id: number };
type ListQuery = BotListQuery & { scope: Scope };

/** The bots that are listed; undefined for every bot. @throws AppError UNAUTHORIZED, FORBIDDEN */
function listed(actor: Actor, scope: Scope): VisibleBots | undefined {
  const user = asUser(actor);
  if (typeof scope === "object") return { teams: [scope.team_id], bots: [] };
  if (scope === "mine") return { teams: teamsOf(user, "maintainer"), bots: [] };
  if (scope === "all") asAdmin(actor);
  return visibleBots(user);
}

/** The ids that a list is limited to: those asked for, of those that the caller's key reaches. */
const idsOf = (actor: Actor, ids: string[] | undefined) =>
  ids ? ids.filter((id) => keyReaches(actor, id)) : keyBots(actor);

export function createLists({ store, access }: Deps) {
  /** A page of bots, each with its cursor. `count` is the total over all pages. */
  async function page(actor: Actor, { scope, cursor, ...query }: ListQuery) {
    const listing = { ...query, ids: idsOf(actor, query.ids), visible: listed(actor, scope) };
    const found = await store.page({ ...listing, after: readCursor(cursor, query.sort) });
    // A list that fits into one page needs no count query.
    const isWhole = cursor === undefined && found.next === undefined;
    const count = isWhole ? found.rows.length : await store.count(listing);
    return { ...shownPage(found, access.fresh, writeCursor), count };
  }

  return {
    page,
    /** Lists a page as `page` does, without a cursor for each bot. */
    async list(actor: Actor, query: ListQuery) {
      const { items, count, next_cursor } = await page(actor, query);
      return { bots: rowsOf(items), count, next_cursor };
    },
    /** Counts the bots of each owner, for lists of users. */
    countByOwner: store.countByOwner,
  };
}

const writeCursor = (place: Cursor) => Buffer.from(JSON.stringify(place)).toString("base64url");

/** PostgreSQL compares these as integers of 32 bits, and refuses a larger value. */
const OF_32_BITS: readonly (BotSort | undefined)[] = ["pending", "status", "failures", "errors"];
const fits = (key: number, sort: BotSort | undefined) => !OF_32_BITS.includes(sort) || Math.abs(key) <= 2_147_483_647;

/**
 * Reads a cursor. Its value must have the type of the sorted column: the database would refuse to compare another type.
 * @throws AppError INVALID_INPUT
 */
function readCursor(text: string | undefined, sort: BotSort | undefined): Cursor | undefined {
  if (!text) return undefined;
  try {
    const place = readJson<unknown[]>(Buffer.from(text, "base64url").toString("utf8"));
    const [key, id] = place;
    const isOfSort = sort === "name" ? typeof key === "string" : Number.isSafeInteger(key) && fits(Number(key), sort);
    if (place.length === 2 && isOfSort && typeof id === "string") return [key as string | number, id];
  } catch {}
  throw invalid("cursor", "is not a cursor of this list");
}
