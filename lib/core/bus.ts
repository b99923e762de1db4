/**
 * Facts: what domains announce after a commit, and the only way they reach sockets, caches and other rooms.
 *
 * Processes. One process needs nothing else. With REDIS_URL every fact is also published on one Redis channel and
 * raised again in each other process (`remote: true`), so each process serves its own sockets from the same facts.
 * Delivery between processes is at most once: a subscriber that must not miss a fact reads the database instead, and
 * `bus.gap` says when it is time to, after Redis was away. A process knows which others there are (`bus.joined`, `bus.left`).
 */

import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Redis } from "ioredis";
import { readJson } from "@/lib/core/format/json";
import type { UserActor } from "./actor";
import { env } from "./env";
import { logger } from "./log/logger";
import { connectRedis, disconnectRedis, openRedis, type RedisLink, redis, redisName } from "./redis";

/** Every fact by its name. Each room adds its own in its contract, so that the bus knows no room. */
export interface Facts extends LocalEvents {}
type FactName = keyof Facts;
export type Emit = <N extends Exclude<FactName, keyof LocalEvents>>(name: N, fact: Facts[N]) => void;
/** `from`: the process that raised the fact, if it is another one. */
type Listener<N extends FactName> = (fact: Facts[N], origin: { remote: boolean; from?: string }) => void;

/** Facts about other processes, raised in this process only. */
type BusEvents = {
  /**
   * Another process has connected. Forget everything that it announced earlier, because it announces its current state
   * again.
   */
  "bus.joined": { process: string };
  /** A process has stopped, or was silent for GONE_MS. */
  "bus.left": { process: string };
  /** Facts of other processes may have been missed: read the data derived from them again from the database. */
  "bus.gap": Record<string, never>;
};

/** Facts about people's requests, raised in this process only. Requests of bots are too many to announce. */
type RequestEvents = {
  /**
   * A person's request was admitted: its credential, budget and permissions are valid. Raised before the handler runs.
   */
  "request.admitted": { actor: UserActor; header(name: string): string | undefined };
  /**
   * The handler of that request returned. `pattern` is the route's path in the folder tree, never the actual address.
   */
  "request.served": { actor: UserActor; method: string; pattern: string };
};

type LocalEvents = BusEvents & RequestEvents;

/** How often every process announces that it is alive, and the silence after which it counts as gone. */
const BEAT_MS = 5_000;
const GONE_MS = 16_000;
/** Several connections return one after the other; within this time they count as one gap. */
const GAP_MS = 300;

type Peer = { seen: number; shared: Record<string, number>; known: boolean };
/** `hello`: the process has just (re)connected. `gap`: other processes missed facts of this one. */
type Beat = { beat: Record<string, number>; hello?: boolean; gap?: boolean };
type Message = { from: string } & ({ facts: [string, unknown][] } | Beat | { bye: true });

/** Nothing is sent on this channel: the subscription shows that the process runs. */
const ownChannel = (id: string) => redisName(`process:${id}`);

export class Bus {
  #local = new EventEmitter({ captureRejections: true }).setMaxListeners(0);
  #self = randomUUID();
  #channel = "";
  #waiting: string[] = [];
  #peers = new Map<string, Peer>();
  #shares = new Map<string, () => number>();
  #subscriber?: RedisLink;
  #timer?: NodeJS.Timeout;
  #gap?: NodeJS.Timeout;
  #subscribed = false;
  /** Whether the first connection attempt is over. A connection that is made after it means that facts were missed. */
  #began = false;

  /** Announces a fact to this process at once and to the others soon after. Never throws. */
  emit: Emit = (name, fact) => {
    this.#local.emit(name, fact, { remote: false });
    if (!this.#subscriber) return;
    // Serialise now, because the emitter may change the object afterwards. Facts of one tick are sent as one message.
    if (this.#waiting.push(JSON.stringify([name, fact])) === 1) setImmediate(() => this.#flush());
  };

  /** Announces a fact to this process alone. Never throws. */
  emitHere<N extends keyof RequestEvents>(name: N, fact: LocalEvents[N]): void {
    this.#raise(name, fact);
  }

  /**
   * Calls `listener` for every fact of that name, from any process. The returned function ends it. Errors thrown by the
   * listener are logged.
   */
  on<N extends FactName>(name: N, listener: Listener<N>): () => void {
    const safe: Listener<N> = (fact, origin) => {
      try {
        listener(fact, origin);
      } catch (error) {
        logger.error({ err: error, fact: name }, "a listener of the bus failed");
      }
    };
    this.#local.on(name, safe);
    return () => this.#local.off(name, safe);
  }

  /** Connects to the other processes if REDIS_URL is set. Redis need not be reachable yet. */
  async connect(): Promise<void> {
    if (!env.REDIS_URL || this.#subscriber) return;
    this.#channel = redisName("facts");
    await connectRedis(() => this.#began && this.#beat({ hello: true, gap: true }));
    let subscribing: Promise<void> | undefined;
    this.#subscriber = await openRedis("facts of others", (client) => {
      subscribing = this.#subscribe(client);
    });
    const { client } = this.#subscriber;
    client.on("message", (_channel, text) => this.#receive(text));
    client.on("close", () => {
      this.#subscribed = false;
    });
    await subscribing;
    this.#began = true;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref();
  }

  async #subscribe(client: Redis) {
    try {
      await client.subscribe(this.#channel, ownChannel(this.#self));
    } catch {
      // The connection was lost again: this is called anew when it is back.
      return;
    }
    this.#subscribed = true;
    // Treat every peer as new when it is heard next: facts that it sent during the outage were missed.
    for (const peer of this.#peers.values()) peer.known = false;
    if (this.#began) this.#missed();
    this.#beat({ hello: true, gap: this.#began });
  }

  /** Returns whether Redis carries facts: "off" without REDIS_URL. Rejects when Redis does not answer. */
  async reach(): Promise<"off" | "on"> {
    if (!env.REDIS_URL) return "off";
    const client = redis();
    if (!client || !this.#subscribed) throw new Error("not connected");
    await client.ping();
    return "on";
  }

  /** Shares a figure of this process with the others, which receive it every few seconds. */
  share = (name: string, read: () => number): void => void this.#shares.set(name, read);
  /** Names this process; a new one with each start. */
  get id(): string {
    return this.#self;
  }
  /**
   * Returns those of the processes that no longer run. Redis drops a subscription with its connection, so a killed process counts
   * as gone at once. Returns none of them while Redis cannot be asked.
   */
  gone = async (processes: string[]): Promise<string[]> => {
    if (!env.REDIS_URL) return processes.filter((id) => id !== this.#self);
    const channels = processes.map(ownChannel);
    const counts =
      (await redis()
        ?.pubsub("NUMSUB", ...channels)
        .catch(() => [])) ?? [];
    return processes.filter((_, place) => counts[place * 2 + 1] === 0);
  };
  /** The number of other processes known at present. */
  others = (): number => this.#peers.size;
  /** This process's own value of a shared figure. */
  own = (name: string): number => this.#shares.get(name)?.() ?? 0;
  /** The sum of a shared figure over all processes. */
  total(name: string): number {
    let sum = this.own(name);
    for (const { shared } of this.#peers.values()) sum += shared[name] ?? 0;
    return sum;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#gap);
    this.#flush();
    await this.#publish({ from: this.#self, bye: true });
    this.#subscriber?.end();
    this.#subscriber = undefined;
    this.#began = this.#subscribed = false;
    disconnectRedis();
  }

  #flush() {
    const facts = this.#waiting.join(",");
    this.#waiting = [];
    if (facts) void this.#publish(`{"from":"${this.#self}","facts":[${facts}]}`);
  }
  /**
   * A fact that Redis does not take is dropped; when Redis returns, `bus.gap` tells every process that it may have
   * missed some.
   */
  async #publish(message: Message | string) {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    await redis()
      ?.publish(this.#channel, text)
      .catch(() => {});
  }

  #beat(more: Omit<Beat, "beat"> = {}) {
    const shared = Object.fromEntries([...this.#shares].map(([name, read]) => [name, read()]));
    void this.#publish({ from: this.#self, beat: shared, ...more });
    for (const [id, { seen }] of this.#peers) if (seen < Date.now() - GONE_MS) this.#leave(id);
  }
  #leave(id: string) {
    if (this.#peers.delete(id)) this.#raise("bus.left", { process: id });
  }
  #missed() {
    this.#gap ??= setTimeout(() => {
      this.#gap = undefined;
      this.#raise("bus.gap", {});
    }, GAP_MS).unref();
  }

  #raise<N extends keyof LocalEvents>(name: N, fact: LocalEvents[N]) {
    this.#local.emit(name, fact, { remote: false });
  }

  #receive(text: string) {
    try {
      const message: Message = readJson(text);
      const { from } = message;
      if (from === this.#self) return;
      if ("bye" in message) return this.#leave(from);
      const peer = this.#peers.get(from) ?? { seen: 0, shared: {}, known: false };
      this.#peers.set(from, peer);
      peer.seen = Date.now();
      if ("beat" in message) {
        peer.shared = message.beat;
        if (message.hello) peer.known = false;
        if (message.gap) this.#missed();
      }
      if (!peer.known) {
        peer.known = true;
        this.#raise("bus.joined", { process: from });
      }
      if ("facts" in message)
        for (const [name, fact] of message.facts) this.#local.emit(name, fact, { remote: true, from });
    } catch (error) {
      logger.warn({ err: error }, "redis: a fact could not be read");
    }
  }
}

export const bus = new Bus();
export const emit: Emit = (name, fact) => bus.emit(name, fact);
