/** One bot of the simulated fleet: a persona, the real client, and the faults that happen to them. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandHandler, MusterBot } from "../../clients/typescript/src/index.js";
import type { Ledger } from "./ledger";
import { Line } from "./line";
import type { Faults } from "./options";
import { knows, type Persona, type Surroundings, talk, wire } from "./persona";
import type { Random } from "./random";
import type { Tally } from "./tally";

/** State that the whole fleet shares. `tempo` 1 is real time, 0.1 is ten times as fast. */
export type World = {
  url: string;
  faults: Faults;
  tempo: number;
  /** Factor on the milliseconds between two log lines of a bot, so that a large fleet does not log too much. */
  hush: number;
  tally: Tally;
  ledger: Ledger;
  /** Aborts to stop all bots. */
  ending: AbortSignal;
  /** Aborts to end all faults: connections come back, and no further process dies. */
  calm: AbortSignal;
};

type Outcome = { status: "completed" | "failed"; result: Record<string, unknown> };

/** How long a bot that left on purpose stays silent. */
const AWAY_MS = 20 * 60_000;
const FIRST_LINES = 25;

export class SimulatedBot {
  readonly #part: Persona;
  readonly #world: World;
  readonly #random: Random;
  /** Drawn once per bot, so that a seed gives each bot the same faults whatever the others do. */
  readonly fate: { flaps: boolean; doubles: boolean; polls: boolean; clockOffMs: number };
  #line: Line | undefined;
  #bot: MusterBot | undefined;

  constructor(part: Persona, random: Random, world: World) {
    this.#part = part;
    this.#world = world;
    this.#random = random;
    const { faults } = world;
    const fate = random.fork("fate");
    this.fate = {
      flaps: fate.chance(faults.flapping),
      doubles: fate.chance(faults.duplicates),
      polls: fate.chance(faults.polling),
      clockOffMs: Math.round(fate.between(-faults.skew, faults.skew) * 1000),
    };
  }

  get connected(): boolean {
    return this.#bot?.state === "socket" || this.#bot?.state === "polling";
  }

  /** Runs the bot until the simulation ends. */
  async live(): Promise<void> {
    const { ending, faults } = this.#world;
    this.#world.calm.addEventListener("abort", () => this.#line?.calm(), { once: true });
    const others = [this.fate.flaps && this.#flap(), this.fate.doubles && this.#doubles()];
    while (!ending.aborted) {
      const dead = new AbortController();
      const url = await this.#connectTo(faults);
      const bot = this.#start(url, dead);
      await this.#speak(bot, dead.signal);
      // A process that died cannot report "offline"; its connection is cut already.
      await bot.stop(dead.signal.aborted ? 0 : 2000 * this.#world.tempo);
      this.#line?.close();
      if (ending.aborted) break;
      await this.#nap(this.#absence(dead.signal.aborted));
    }
    await Promise.all(others);
  }

  async #connectTo(faults: Faults): Promise<string> {
    const plain = faults.latency.ms === 0 && faults.loss === 0 && faults.crashes === 0;
    if (plain && !this.fate.flaps && !this.fate.polls) return this.#world.url;
    const { latency, loss } = faults;
    const quality = { latency, loss, sockets: !this.fate.polls };
    this.#line = new Line(this.#world.url, quality, this.#random.fork("line"), this.#world.tally);
    if (this.#world.calm.aborted) this.#line.calm();
    return this.#line.open();
  }

  #start(url: string, dead: AbortController): MusterBot {
    const { id: botId, token } = this.#part;
    const bot = new MusterBot({ url, botId, token, leaseSeconds: 60, onProblem: () => {} });
    wire(bot, this.#part, this.#surroundings(dead));
    this.#bot = bot.start();
    return bot;
  }

  #surroundings(dead?: AbortController): Surroundings {
    return {
      random: this.#random,
      tempo: this.#world.tempo,
      clock: () => new Date(Date.now() + this.fate.clockOffMs),
      nap: (ms) => sleep(ms),
      around: (handler) => this.#suffer(handler, dead),
    };
  }

  /** Wraps a handler with faults: the process may die before it ends, and its ack may be sent again. */
  #suffer(handler: CommandHandler, dead?: AbortController): CommandHandler {
    const { ledger, faults, tally, tempo, calm } = this.#world;
    return async (command, context) => {
      const run = randomUUID();
      ledger.ran(command.id, run);
      if (dead && !calm.aborted && this.#random.chance(faults.crashes)) {
        await sleep(this.#random.between(0, 500) * tempo);
        tally.deaths++;
        this.#line?.cut();
        dead.abort();
        // A process that died never finishes its handler.
        await new Promise(() => {});
      }
      let outcome: Outcome;
      try {
        outcome = { status: "completed", result: { ...((await handler(command, context)) as object), run } };
      } catch (error) {
        outcome = { status: "failed", result: { error: (error as Error).message, run } };
      }
      if (this.fate.doubles && !calm.aborted) void this.#ackAgain(command.id, outcome, dead?.signal);
      if (outcome.status === "completed") return outcome.result;
      throw new Error(String(outcome.result.error));
    };
  }

  /** Sends the ack again, or one that contradicts it. The server must keep the first. */
  async #ackAgain(id: string, { status, result }: Outcome, dead?: AbortSignal) {
    const { url, tally, tempo } = this.#world;
    const opposite = this.#random.chance(0.25);
    await sleep(this.#random.between(200, 2000) * tempo);
    if (dead?.aborted) return;
    const said = opposite ? (status === "completed" ? "failed" : "completed") : status;
    const answer = await fetch(`${url}/api/commands/${id}/ack`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#part.token}`, "content-type": "application/json" },
      body: JSON.stringify({ status: said, result }),
    }).catch(() => undefined);
    if (answer) tally[opposite ? "contradictions" : "repeated_acks"]++;
  }

  /** Takes the connection down and up again, again and again, while the program keeps running. */
  async #flap() {
    const { ending, calm, tally, tempo } = this.#world;
    const random = this.#random.fork("flaps");
    while (!ending.aborted && !calm.aborted) {
      await this.#nap(random.between(5_000, 25_000) * tempo);
      if (ending.aborted || calm.aborted) return;
      const line = this.#line;
      tally.flaps++;
      line?.cut();
      await this.#nap(random.between(1_000, 8_000) * tempo);
      // A bot that died in the meantime has a new connection.
      if (line === this.#line) line?.restore();
    }
  }

  /** Starts a second program with the same token, as after a deployment that was not stopped. */
  async #doubles() {
    const { ending, calm, url, tally, tempo } = this.#world;
    const random = this.#random.fork("doubles");
    while (!ending.aborted && !calm.aborted) {
      await this.#nap(random.between(5_000, 30_000) * tempo);
      if (ending.aborted || calm.aborted) return;
      tally.doubles++;
      const { id: botId, token } = this.#part;
      const second = new MusterBot({ url, botId, token, leaseSeconds: 60, onProblem: () => {} });
      wire(second, this.#part, this.#surroundings());
      second.start();
      await this.#nap(random.between(5_000, 15_000) * tempo);
      await second.stop(1000);
    }
  }

  async #speak(bot: MusterBot, dead: AbortSignal) {
    const { ending, tempo, hush } = this.#world;
    const part = this.#part;
    const random = this.#random.fork("talk");
    const clock = () => new Date(Date.now() + this.fate.clockOffMs);
    bot.log("info", `${part.name} ${part.version} starting on ${part.platform}`);
    bot.sync(knows(part, clock())).catch((error) => bot.log("warning", `Sync refused: ${error.message}`));
    if (hush === 1) for (let line = 0; line < FIRST_LINES; line++) talk(bot, part, { random, clock });
    const stays =
      part.habit === "absent" ? 15_000 : part.habit === "flapping" ? random.between(10_000, 25_000) : Infinity;
    const until = performance.now() + stays * tempo;
    while (!ending.aborted && !dead.aborted && performance.now() < until) {
      await this.#nap(random.between(0.4, 1.6) * part.pace_ms * hush * tempo, dead);
      if (!dead.aborted) talk(bot, part, { random, clock });
    }
  }

  /** Returns the milliseconds for which the bot stays away before it restarts or returns by itself. */
  #absence(died: boolean): number {
    const { tempo } = this.#world;
    if (died) return this.#random.between(1_000, 5_000) * tempo;
    return (this.#part.habit === "absent" ? AWAY_MS : this.#random.between(5_000, 15_000)) * tempo;
  }

  #nap(ms: number, also?: AbortSignal): Promise<void> {
    const { ending, calm } = this.#world;
    // Aborting `calm` ends the current wait once, without shortening later ones.
    return nap(ms, [ending, ...(calm.aborted ? [] : [calm]), ...(also ? [also] : [])]);
  }
}

/** Sleeps until the time is over or a signal aborts. Removes its listeners from signals that outlive it. */
export function nap(ms: number, signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) signal.addEventListener("abort", end);
    if (signals.some((signal) => signal.aborted)) end();
  });
}
