/** Notifies people through the channels that each has chosen. Other rooms call it, so it checks no caller. */
import { Mutex } from "async-mutex";
import { cutText } from "@/lib/core/format/text";
import type { Telling, To } from "./rules";
import type { Note, Person } from "./sending/store";
import { announce, type Deps, plannerOf, STEP } from "./service.common";

const TITLE_MAX = 200;
const BODY_MAX = 4000;
const ROLES: Record<"user" | "moderator" | "admin" | "staff", string[]> = {
  user: ["user"],
  moderator: ["moderator"],
  admin: ["admin"],
  staff: ["moderator", "admin"],
};
const EVERYBODY = ["user", "moderator", "admin"];
type Group = { ids: number[] } | { roles: string[] };

/** Returns the groups of people who are addressed. A person may be in two of them. */
async function groupsOf({ watchersOf, botTeam }: Pick<Deps, "watchersOf" | "botTeam">, to: To): Promise<Group[]> {
  if (to === "all") return [{ roles: EVERYBODY }];
  if ("role" in to) return [{ roles: ROLES[to.role] }];
  if ("answer" in to) {
    const bot = { id: to.answer.bot_id, team_id: await botTeam(to.answer.bot_id) };
    return [{ roles: ROLES.staff }, { ids: await watchersOf(bot, null) }];
  }
  return [{ ids: "bot" in to ? await watchersOf(to.bot, to.sender) : [...new Set(to.user_ids)] }];
}

/** Reads the people who are addressed, each once, in steps. */
async function* recipientsOf(deps: Pick<Deps, "watchersOf" | "botTeam" | "queue">, to: To): AsyncGenerator<Person[]> {
  const reached = new Set<number>();
  const groups = await groupsOf(deps, to);
  for (const who of groups) {
    if ("ids" in who && who.ids.length === 0) continue;
    for (let after = 0, isLast = false; !isLast; ) {
      const people = await deps.queue.people(who, after, STEP);
      const left = people.filter(({ id }) => !reached.has(id));
      if (groups.length > 1) for (const { id } of left) reached.add(id);
      if (left.length > 0) yield left;
      isLast = people.length < STEP;
      after = people.at(-1)?.id ?? after;
    }
  }
}

type TellingDeps = Pick<
  Deps,
  "watchersOf" | "botTeam" | "store" | "queue" | "emit" | "now" | "newId" | "available" | "wake" | "onError"
>;

export function createTelling(deps: TellingDeps) {
  const { store, queue, now, newId, onError } = deps;
  /** Work that nobody awaits; a stopping process waits for it to end. */
  const running = new Set<Promise<unknown>>();
  /** Bursts being written, by group. Other processes are kept out by a lock in the database (sending/store.ts). */
  const lanes = new Map<string, Mutex>();
  function track<T>(work: Promise<T>): Promise<T> {
    const ended = work.finally(() => running.delete(ended));
    running.add(ended);
    return ended;
  }

  /**
   * Notifies people through the channels that each has chosen for that kind. Other rooms call it, so it checks no
   * caller. Never rejects; failures are logged. @returns how many people were notified
   */
  const notify = (telling: Telling): Promise<number> => track(inTurn(telling));

  /** Writes a burst in the order of its events, because the last one is the one that stays visible. */
  async function inTurn(telling: Telling): Promise<number> {
    const { group } = telling;
    if (!group) return tell(telling);
    const lane = lanes.get(group) ?? new Mutex();
    lanes.set(group, lane);
    try {
      return await lane.runExclusive(() => tell(telling));
    } finally {
      if (!lane.isLocked()) lanes.delete(group);
    }
  }

  async function tell(telling: Telling): Promise<number> {
    const { to, except = [], kind, title, body, url, ticket, priority = "normal", group } = telling;
    const note: Note = {
      kind,
      title: cutText(title, TITLE_MAX),
      body: cutText(body, BODY_MAX),
      // Accept only paths within this console: people would follow a link to another site just as readily.
      url: url && /^\/(?![/\\])/.test(url) ? url : null,
      ...(ticket && { ticket: { ticket_id: ticket.ticket_id, ticket_num: ticket.ticket_num } }),
      priority,
      group: group ?? null,
    };
    let count = 0;
    try {
      for await (const people of recipientsOf(deps, to)) {
        const recipientsLeft = people.filter((person) => !except.includes(person.id));
        if (recipientsLeft.length === 0) continue;
        const how = { at: now(), plan: plannerOf(deps, kind), newId: () => newId("ntf") };
        announce(deps, await queue.tell(recipientsLeft, note, how));
        count += recipientsLeft.length;
      }
    } catch (error) {
      onError(error);
    }
    return count;
  }

  return {
    notify,
    /** Removes everything of a deleted account. */
    forget: (userId: number) => track(store.forget(userId)),
    /** Resolves when work in progress has ended. */
    ended: () => Promise.allSettled(running),
  };
}
