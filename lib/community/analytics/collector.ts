/**
 * Gathers people's actions in memory and writes them together every few seconds, never with one UPDATE per request.
 * Requests of bots are not counted. Each process adds what it gathered to shared rows (store.ts), so the order does not
 * matter. A killed process loses its last few seconds.
 */
import type { UserActor } from "@/lib/core/actor";
import type { Clock } from "@/lib/core/clock";
import { type Client, clientOf } from "./client";
import { DAY_MS, dayOf, startOf } from "./days";
import type { AnalyticsStore, Stretch } from "./store";

type Deps = {
  store: Pick<AnalyticsStore, "record">;
  now: Clock;
  /** Called after a failed write. The failed rows are written again with the next batch. */
  onError: (error: unknown) => void;
};

export const FLUSH_MS = 10_000;
/** Sessions per transaction, kept small so that other writes can run in between. */
const BATCH = 100;
/** The most session counters that may wait while the database is unavailable. Further actions are not counted. */
const MAX_WAITING = 20_000;
/** The most different actions per session counter. Paths are limited anyway, but `track()` accepts any name. */
const MAX_USES = 200;
const MAX_CLIENTS = 20_000;

const credentialOf = (actor: UserActor) => actor.session_id ?? actor.key_id ?? `user${actor.user_id}`;

/** The counters that wait to be written. */
function createWaiting() {
  let waiting = new Map<string, Stretch>();
  /** The current UTC day, formatted once a day instead of once a request. */
  let today = { day: "", from: Number.NEGATIVE_INFINITY };

  return {
    /** Returns the counter of a credential's actions today; undefined while too many wait. */
    open(actor: UserActor, client: Client, at: number): Stretch | undefined {
      if (at < today.from || at >= today.from + DAY_MS) today = { day: dayOf(at), from: startOf(dayOf(at)) };
      const { day } = today;
      const key = `${day} ${credentialOf(actor)} ${client.platform}`;
      const known = waiting.get(key);
      if (known) return known;
      if (waiting.size >= MAX_WAITING) return undefined;
      const { user_id, session_id = null, key_id = null } = actor;
      const stretch = {
        key,
        user_id,
        login_id: session_id,
        key_id,
        day,
        ...client,
        endpoint: null,
        first: at,
        last: at,
        uses: new Map(),
      };
      waiting.set(key, stretch);
      return stretch;
    },

    putBack(stretch: Stretch): void {
      const newer = waiting.get(stretch.key);
      if (!newer) {
        if (waiting.size < MAX_WAITING) waiting.set(stretch.key, stretch);
        return;
      }
      newer.endpoint ??= stretch.endpoint;
      newer.first = Math.min(newer.first, stretch.first);
      for (const [use, count] of stretch.uses) newer.uses.set(use, (newer.uses.get(use) ?? 0) + count);
    },

    isEmpty: (): boolean => waiting.size === 0,

    /** Removes and returns all waiting counters. */
    take(): Stretch[] {
      const gathered = [...waiting.values()];
      waiting = new Map();
      return gathered;
    },
  };
}

export function createCollector({ store, now, onError }: Deps) {
  const waiting = createWaiting();
  /** The last client of each credential, for actions that do not come with a request. */
  const clients = new Map<string, Client>();
  let flushing: Promise<void> | undefined;

  /** Notes a person's request. */
  function seen(actor: UserActor, header: (name: string) => string | undefined): void {
    const client = clientOf(header);
    const at = now();
    const credential = credentialOf(actor);
    if (clients.get(credential) !== client) {
      if (clients.size >= MAX_CLIENTS) clients.delete(clients.keys().next().value as string);
      clients.set(credential, client);
    }
    const stretch = waiting.open(actor, client, at);
    if (stretch) stretch.last = at;
  }

  /** Notes the route of a person's request that was served. */
  function served(actor: UserActor, endpoint: string): void {
    const client = clients.get(credentialOf(actor));
    const stretch = client && waiting.open(actor, client, now());
    if (stretch) stretch.endpoint = endpoint;
  }

  /**
   * Counts one action of a person, in the session of the credential's last request. A credential that was just ended by
   * the action itself (signing out) starts no new session.
   */
  function track(actor: UserActor, feature: string, action: string): void {
    const client = clients.get(credentialOf(actor));
    const stretch = client && waiting.open(actor, client, now());
    if (!stretch) return;
    const use = `${feature}\n${action}`;
    if (stretch.uses.size >= MAX_USES && !stretch.uses.has(use)) return;
    stretch.last = now();
    stretch.uses.set(use, (stretch.uses.get(use) ?? 0) + 1);
  }

  async function run(): Promise<void> {
    const gathered = waiting.take();
    for (let done = 0; done < gathered.length; done += BATCH) {
      const batch = gathered.slice(done, done + BATCH);
      await store.record(batch).catch((error) => {
        onError(error);
        for (const stretch of batch) waiting.putBack(stretch);
      });
    }
  }

  return {
    seen,
    served,
    track,

    /** Writes what was gathered so far. Never rejects. */
    async flush(): Promise<void> {
      while (flushing) await flushing;
      if (waiting.isEmpty()) return;
      flushing = run().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },

    /** Forgets the clients of a user's ended credentials. Their actions stay counted. */
    forget(ended: { session_id?: string; key_id?: string }): void {
      for (const credential of [ended.session_id, ended.key_id]) if (credential) clients.delete(credential);
    },
  };
}

export type Collector = ReturnType<typeof createCollector>;
