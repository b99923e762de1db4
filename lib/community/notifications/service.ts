/** Rules of the inbox, of preferences and of telling people: what other rooms call, and what a person may do with theirs. */

import { Mutex } from "async-mutex";
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import type { Emit } from "@/lib/core/bus";
import { iso } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { cutText } from "@/lib/core/format/text";
import { afterNumber, rowsOf, shownPage } from "@/lib/core/pages";
import { staleUpdate } from "@/lib/core/versions";
import { Channel, Kind, type PreferenceChange, type PreferenceSheet, type Priority } from "./contract";
import { allows, changed, isLocked, preferencesFrom, readStored } from "./preferences";
import type { Telling, To } from "./rules";
import { type NotificationStore, toNotification } from "./store";
import { type BroadcastRow, type BroadcastStore, toBroadcast } from "./store.broadcasts";
import { type Inserted, type Note, type Person, type Planner, type QueueStore, toDelivery } from "./store.queue";

type Deps = {
  store: NotificationStore;
  queue: QueueStore;
  broadcasts: BroadcastStore;
  emit: Emit;
  now(): number;
  newId(prefix: string): string;
  /** Channels beside the inbox and Web Push, which need something of the environment. */
  available: { fcm: boolean; email: boolean };
  /** Something may be due. */
  wake(): void;
  /** A broadcast waits to be carried on. */
  carryOn(): void;
  onError(error: unknown): void;
};

/** People of one transaction. */
const STEP = 200;
const TITLE_MAX = 200;
const BODY_MAX = 4000;
const ROLES: Record<"user" | "moderator" | "admin" | "staff", string[]> = {
  user: ["user"],
  moderator: ["moderator"],
  admin: ["admin"],
  staff: ["moderator", "admin"],
};
const EVERYBODY = ["user", "moderator", "admin"];
const whoOf = (to: To): { ids: number[] } | { roles: string[] } => {
  if (to === "all") return { roles: EVERYBODY };
  return "role" in to ? { roles: ROLES[to.role] } : { ids: [...new Set(to.user_ids)] };
};

export function createNotificationService({
  store,
  queue,
  broadcasts,
  emit,
  now,
  newId,
  available,
  wake,
  carryOn,
  onError,
}: Deps) {
  const newNotificationId = () => newId("ntf");
  /** Work that nobody awaits; a stopping process waits for it to end. */
  const running = new Set<Promise<unknown>>();
  /** Bursts being told, by group. Other processes wait in the database (store.queue.ts). */
  const lanes = new Map<string, Mutex>();
  function track<T>(work: Promise<T>): Promise<T> {
    const ended = work.finally(() => running.delete(ended));
    running.add(ended);
    return ended;
  }

  const has = (channel: Channel): boolean =>
    channel === "fcm" ? available.fcm : channel === "email" ? available.email : true;

  /** Plans one person's deliveries of a kind, by their preferences. */
  const planner =
    (kind: Kind): Planner =>
    (text, priority) => {
      const stored = readStored(text);
      return {
        in_app: allows(stored, kind, "in_app"),
        email: has("email") && priority !== "low" && allows(stored, kind, "email"),
        device: (channel) => has(channel) && allows(stored, kind, channel),
      };
    };

  function announce(rows: Inserted[]): void {
    if (rows.length > 0)
      emit("notification.made", {
        items: rows.map((row) => ({ user_id: row.user_id, notification: toNotification(row) })),
      });
    wake();
  }

  async function* recipients(to: To): AsyncGenerator<Person[]> {
    const who = whoOf(to);
    if ("ids" in who && who.ids.length === 0) return;
    for (let after = 0; ; ) {
      const people = await queue.people(who, after, STEP);
      if (people.length > 0) yield people;
      if (people.length < STEP) return;
      after = people.at(-1)!.id;
    }
  }

  /**
   * Tells people something, by the channels each has chosen for that kind. For other rooms: no caller is asked who they
   * are. Never rejects; what could not be told is logged. @returns how many people were told
   */
  const notify = (telling: Telling): Promise<number> => track(inTurn(telling));

  /** A burst is told in the order it came: the last word is the one that stays. */
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
    const { to, except = [], kind, title, body, url, priority = "normal", group } = telling;
    const note: Note = {
      kind,
      title: cutText(title, TITLE_MAX),
      body: cutText(body, BODY_MAX),
      // Only ways within this console: what leads elsewhere would be clicked all the same.
      url: url && /^\/(?![/\\])/.test(url) ? url : null,
      priority,
      group: group ?? null,
    };
    let count = 0;
    try {
      for await (const people of recipients(to)) {
        const recipientsLeft = people.filter((person) => !except.includes(person.id));
        if (recipientsLeft.length === 0) continue;
        const how = { at: now(), plan: planner(kind), newId: newNotificationId };
        announce(await queue.tell(recipientsLeft, note, how));
        count += recipientsLeft.length;
      }
    } catch (error) {
      onError(error);
    }
    return count;
  }

  type InboxQuery = { limit: number; cursor?: string; unread?: "true" | "false"; kind?: Kind };
  async function page(actor: Actor, { limit, cursor, unread, kind }: InboxQuery) {
    const { user_id } = asUser(actor);
    const found = await store.list(user_id, { limit, after: afterNumber(cursor), unread: unread === "true", kind });
    return { ...shownPage(found, toNotification), unread_count: await store.unread(user_id) };
  }

  return {
    notify,

    page,
    /** @throws AppError UNAUTHORIZED, as every function below */
    async list(actor: Actor, query: InboxQuery) {
      const { items, next_cursor, unread_count } = await page(actor, query);
      return { notifications: rowsOf(items), count: items.length, unread_count, next_cursor };
    },

    unread: async (actor: Actor) => ({ unread_count: await store.unread(asUser(actor).user_id) }),

    /** Marks them as read; null marks all. Ids that are not the caller's are passed over. */
    async markRead(actor: Actor, ids: string[] | null) {
      const { user_id } = asUser(actor, "operate");
      const read = await store.markRead(user_id, ids, now());
      const unread_count = await store.unread(user_id);
      if (read.length > 0) emit("notification.read", { user_id, ids: ids && read, unread_count });
      return { success: true as const, unread_count };
    },

    /** @throws AppError NOT_FOUND not in the caller's inbox */
    async remove(actor: Actor, id: string) {
      const { user_id } = asUser(actor, "operate");
      if (!(await store.remove(user_id, id))) throw new AppError("NOT_FOUND", "No such notification");
      const unread_count = await store.unread(user_id);
      emit("notification.read", { user_id, ids: [id], unread_count });
      return { success: true as const, unread_count };
    },

    async getPreferences(actor: Actor): Promise<PreferenceSheet> {
      const { user_id } = asUser(actor);
      return sheet(await store.preferencesAt(user_id));
    },

    /**
     * A partial update.
     *
     * @param edited  the version it was made from, if it must still be stored
     * @throws AppError INVALID_INPUT for a switch that cannot be turned off; CONFLICT another version is stored
     */
    async putPreferences(actor: Actor, change: PreferenceChange, edited?: number): Promise<PreferenceSheet> {
      const { user_id } = asUser(actor, "operate");
      for (const kind of Kind.options)
        for (const channel of Channel.options)
          if (isLocked(kind, channel) && change[kind]?.[channel] === false)
            throw invalid(`${kind}.${channel}`, "warnings about your own account always reach the inbox");
      const merged = (stored: string) => JSON.stringify(changed(readStored(stored), change));
      const written = await store.changePreferences(user_id, merged, now(), edited);
      if (written) return sheet(written);
      const stored = await store.preferencesAt(user_id);
      const { preferences, version } = sheet(stored);
      const yours = preferencesFrom(changed(readStored(stored?.value), change));
      throw staleUpdate("Your preferences", { version, value: preferences }, edited!, yours);
    },

    async deliveries(actor: Actor, query: { limit: number; cursor?: string; status?: string }) {
      const { cursor, ...filter } = query;
      const found = await queue.deliveries(asUser(actor).user_id, { ...filter, after: afterNumber(cursor) });
      const { items, next_cursor } = shownPage(found, toDelivery);
      return { deliveries: rowsOf(items), count: items.length, next_cursor };
    },

    /** Tells everybody, in the background; live consoles hear of it at once. @throws FORBIDDEN unless an admin asks */
    async broadcast(
      actor: Actor,
      { title, message, priority }: { title: string; message: string; priority: Priority },
    ) {
      const { user_id } = asAdmin(actor, "admin");
      const { people } = await broadcasts.reach();
      const at = now();
      const broadcast = await broadcasts.add({
        ...{ id: newId("bc"), title, message, priority, created_by: user_id, created_at: at, recipients: people },
      });
      emit("broadcast.made", { broadcast });
      carryOn();
      return {
        success: true as const,
        message: `Broadcast sent to ${people} ${people === 1 ? "user" : "users"}`,
        broadcast_id: broadcast.broadcast_id,
        recipients: people,
        timestamp: iso(at),
      };
    },

    /** @throws FORBIDDEN unless an admin asks */
    async preview(actor: Actor) {
      asAdmin(actor);
      const { people, web_push, fcm } = await broadcasts.reach();
      return { recipients: people, devices: { web_push, fcm }, email: has("email"), fcm: has("fcm") };
    },

    /** @throws FORBIDDEN unless an admin asks */
    async broadcasts(actor: Actor, query: { limit: number; cursor?: string }) {
      asAdmin(actor);
      const found = await broadcasts.list(query.limit, afterNumber(query.cursor));
      const { items, next_cursor } = shownPage(found, toBroadcast);
      return { broadcasts: rowsOf(items), count: items.length, next_cursor };
    },

    /** The account is gone. */
    forget: (userId: number) => track(store.forget(userId)),
    advance,
    /** Resolves when what is under way has ended. */
    ended: () => Promise.allSettled(running),
  };

  /** Carries on with broadcasts that have not reached everybody, a step at a time. @throws what the database throws */
  async function advance(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const noteOf = (row: BroadcastRow): Note => ({
        ...{ kind: "broadcast", title: row.title, body: row.message, url: null, priority: row.priority, group: null },
      });
      const rows = await broadcasts.advance(STEP, noteOf, {
        at: now(),
        plan: planner("broadcast"),
        newId: newNotificationId,
      });
      if (rows === null) return;
      announce(rows);
      // Requests that wait go first.
      await yieldToEventLoop();
    }
  }

  function sheet(stored: { value: string; version: number } | undefined): PreferenceSheet {
    return {
      version: stored?.version ?? 0,
      preferences: preferencesFrom(readStored(stored?.value)),
      channels: Channel.options.map((channel) => ({ channel, available: has(channel) })),
    };
  }
}
