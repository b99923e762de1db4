/**
 * Presence of bots (CONTRACT: bots). A bot is online while one of its sockets is connected or its last heartbeat is
 * less than BOT_OFFLINE_AFTER_S old. Each process stores the heartbeats it received well within that time, and the
 * sweep marks bots offline by the stored times. A bot that is connected to another process therefore has a fresh
 * last_active, and stays online.
 */
import type { Clock } from "@/lib/core/clock";
import type { BotStore } from "@/lib/fleet/bots/store";
import { createHeard } from "./heard";

type Deps = {
  store: Pick<BotStore, "changeStatus" | "touch" | "stale">;
  /**
   * Called after the server itself changed a bot's status: at the bot's first heartbeat, or after a silence. A status
   * that the bot reports is announced by the caller of `report` instead.
   */
  changed: (botId: string) => void;
  now: Clock;
  offlineAfterMs: number;
};

export function createPresence({ store, changed, now, offlineAfterMs }: Deps) {
  const heard = createHeard(store);
  /** Open sockets per bot. */
  const sockets = new Map<string, number>();
  /** Bots that this process knows to be live. Remembering them saves a write per heartbeat. */
  const live = new Map<string, number>();

  async function set(botId: string, status: string): Promise<boolean> {
    const was = await store.changeStatus({ id: botId, status, at: now() });
    if (status === "offline") live.delete(botId);
    return was;
  }

  /** Records a heartbeat. The first one after a silence brings the bot online. */
  function seen(botId: string): void {
    const at = now();
    heard.mark(botId, at);
    if (live.has(botId)) return void live.set(botId, at);
    live.set(botId, at);
    // A bot that reported any other status is live already: `wake` only turns "offline" into "online".
    void wake(botId).catch(() => live.delete(botId));
  }

  async function wake(botId: string) {
    if (await store.changeStatus({ id: botId, status: "online", at: now(), from: "offline" })) changed(botId);
  }

  const interval = Math.min(10_000, offlineAfterMs / 3);

  /** Stores the collected heartbeats and marks silent bots offline. */
  async function sweep(): Promise<void> {
    const at = now();
    for (const botId of sockets.keys()) heard.mark(botId, at);
    await heard.write();
    for (const id of await store.stale(at - offlineAfterMs))
      if (!sockets.has(id) && (await set(id, "offline"))) changed(id);
    for (const [botId, last] of live) if (last < at - offlineAfterMs && !sockets.has(botId)) live.delete(botId);
  }

  return {
    seen,
    sweep,
    /** Milliseconds between sweeps: well below the time after which a silent bot counts as offline. */
    interval,
    /** Stores the status that the bot itself reports. Returns true if it changed. */
    async report(botId: string, status: string): Promise<boolean> {
      const at = now();
      heard.mark(botId, at);
      if (status !== "offline") live.set(botId, at);
      return set(botId, status);
    },
    /** Forgets that a bot is live, because another process or a person changed its status. */
    forget: (botId: string) => void live.delete(botId),
    /** Forgets which bots are live, so that the next heartbeat of each checks its stored status again. */
    forgetAll: () => live.clear(),
    connected(botId: string): void {
      sockets.set(botId, (sockets.get(botId) ?? 0) + 1);
      seen(botId);
    },
    disconnected(botId: string): void {
      const left = (sockets.get(botId) ?? 1) - 1;
      if (left > 0) sockets.set(botId, left);
      else sockets.delete(botId);
      heard.mark(botId, now());
      // One of the bot's programs said "offline" and disconnected, but another one is still connected.
      if (left > 0 && !live.has(botId)) seen(botId);
      // A bot that said "offline" before it disconnected is not live: its return has to bring it back online.
      if (live.has(botId)) live.set(botId, now());
    },
    hasSocket: (botId: string) => sockets.has(botId),
    lastHeard: heard.last,
    /** Stores the heartbeats that are still in memory; called by a process that stops. */
    flush: heard.write,
  };
}

export type Presence = ReturnType<typeof createPresence>;
