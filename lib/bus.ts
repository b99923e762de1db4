/**
 * Facts: what domains announce after a commit, and the only way they reach sockets, caches and other rooms.
 *
 * Processes. One process needs nothing else. With REDIS_URL every fact is also published on one Redis channel and
 * raised again in each other process (`remote: true`), so each process serves its own sockets from the same facts.
 * Delivery between processes is at most once: a subscriber that must not miss a fact reads the database instead.
 */

import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { AccountEvents } from "./accounts/contract";
import type { AlertEvents } from "./alerts/contract";
import type { BackupEvents } from "./backups/contract";
import type { BotEvents } from "./bots/contract";
import type { CommandEvents } from "./commands/contract";
import type { ConfigEvents } from "./config/contract";
import { env } from "./env";
import type { FeedEvents } from "./feeds/contract";
import { logger } from "./logger";
import type { ManifestEvents } from "./manifests/contract";
import type { NotificationEvents } from "./notifications/contract";
import type { PluginEvents } from "./plugins/contract";
import { singleton } from "./singleton";
import type { SystemEvents } from "./system/contract";
import type { TaskEvents } from "./tasks/contract";
import type { TelemetryEvents } from "./telemetry/contract";
import type { TicketEvents } from "./tickets/contract";

export type Facts = AccountEvents &
  AlertEvents &
  BackupEvents &
  BotEvents &
  CommandEvents &
  ConfigEvents &
  ManifestEvents &
  NotificationEvents &
  PluginEvents &
  SystemEvents &
  TaskEvents &
  TelemetryEvents &
  TicketEvents &
  FeedEvents;
type FactName = keyof Facts;
export type Emit = <N extends FactName>(name: N, fact: Facts[N]) => void;
type Listener<N extends FactName> = (fact: Facts[N], origin: { remote: boolean }) => void;

const CHANNEL = "muster:facts";

export class Bus {
  #local = new EventEmitter({ captureRejections: true }).setMaxListeners(0);
  #self = randomUUID();
  #publish?: (text: string) => void;
  #ping?: () => Promise<unknown>;
  #close?: () => Promise<void>;

  /** Announces a fact to this process at once and to the others soon after. Never throws. */
  emit: Emit = (name, fact) => {
    this.#raise(name, fact, false);
    this.#publish?.(JSON.stringify([this.#self, name, fact]));
  };

  /** Calls `listener` for every such fact of every process; the returned function ends it. A throwing listener is logged. */
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

  /** Joins the other processes when REDIS_URL is set. */
  async connect(): Promise<void> {
    if (!env.REDIS_URL || this.#publish) return;
    const { Redis } = await import("ioredis");
    const options = { maxRetriesPerRequest: 1, enableOfflineQueue: false, lazyConnect: true } as const;
    const publisher = new Redis(env.REDIS_URL, options);
    const subscriber = new Redis(env.REDIS_URL, { ...options, enableOfflineQueue: true });
    for (const client of [publisher, subscriber])
      client.on("error", (error) =>
        logger.warn({ err: error.message }, "redis: facts reach this process only until it is back"),
      );
    subscriber.on("message", (_channel, text) => this.#receive(text));
    await Promise.allSettled([publisher.connect(), subscriber.connect()]);
    await subscriber
      .subscribe(CHANNEL)
      .catch((error) => logger.warn({ err: String(error) }, "redis: not subscribed yet"));
    this.#publish = (text) => void publisher.publish(CHANNEL, text).catch(() => {});
    this.#ping = () => publisher.ping();
    this.#close = async () => {
      publisher.disconnect();
      subscriber.disconnect();
    };
  }

  /** Whether Redis carries facts: "off" without REDIS_URL. Rejects when it does not answer. */
  async reach(): Promise<"off" | "on"> {
    if (!env.REDIS_URL) return "off";
    if (!this.#ping) throw new Error("not connected yet");
    await this.#ping();
    return "on";
  }

  async close(): Promise<void> {
    await this.#close?.();
    this.#publish = undefined;
  }

  #raise(name: string, fact: unknown, remote: boolean) {
    this.#local.emit(name, fact, { remote });
  }

  #receive(text: string) {
    try {
      const [from, name, fact] = JSON.parse(text);
      if (from !== this.#self) this.#raise(name, fact, true);
    } catch (error) {
      logger.warn({ err: error }, "redis: a fact could not be read");
    }
  }
}

export const bus = singleton("bus", () => new Bus());
export const emit: Emit = (name, fact) => bus.emit(name, fact);
