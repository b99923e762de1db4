/** The fleet: creates its bots, runs them, sends them commands, and records every event in the ledger. */
import { setMaxListeners } from "node:events";
import { io, type Socket } from "socket.io-client";
import { nap, SimulatedBot, type World } from "./bot";
import { type Balance, createLedger, type Recorded } from "./ledger";
import type { Faults } from "./options";
import { order, type Persona, partOf } from "./persona";
import { type Random, seeded } from "./random";
import { newTally, type Tally } from "./tally";

// biome-ignore lint/suspicious/noExplicitAny: the API's replies are read as they are
type Json = any;
/** Sends a request as the operator. Rejects with the server's message; resolves with `undefined` for a 404. */
export type Api = (method: string, path: string, body?: object) => Promise<Json>;

export type FleetOptions = {
  url: string;
  /** The operator's JWT or API key. */
  token: string;
  bots: number;
  seed: string;
  /** Commands per second. */
  rate: number;
  /** Log lines per second of all bots together, at most. */
  lines: number;
  faults: Faults;
  /** 1 is real time, 0.1 is ten times as fast. */
  tempo?: number;
  onProblem?: (text: string) => void;
};

const MAKE_AT_ONCE = 8;
const FOREVER = 2 ** 31 - 1;

/** Calls the API as the operator, and waits as long as a 429 demands. */
export function operator(url: string, token: string): Api {
  return async function call(method, path, body): Promise<Json> {
    const reply = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
    const json = (await reply.json()) as Json;
    if (reply.status === 429) {
      await nap(1000 * (Number(reply.headers.get("retry-after")) || 1), []);
      return call(method, path, body);
    }
    if (reply.status === 404) return undefined;
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${json.error?.message ?? json.error}`);
    return json;
  };
}

export class Fleet {
  readonly tally: Tally = newTally();
  readonly ledger = createLedger();
  bots: SimulatedBot[] = [];
  readonly #options: FleetOptions;
  readonly #api: Api;
  readonly #random: Random;
  readonly #ending = new AbortController();
  readonly #calm = new AbortController();
  #personas: Persona[] = [];
  #lives: Promise<void>[] = [];
  #observer: Socket | undefined;
  #gapless = true;
  #problems = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#api = operator(options.url, options.token);
    this.#random = seeded(options.seed);
    // Every bot listens to these signals.
    setMaxListeners(0, this.#ending.signal, this.#calm.signal);
  }

  get connected(): number {
    return this.bots.filter((bot) => bot.connected).length;
  }

  /** Starts the bots of an earlier run and creates the missing ones. Rejects when the server refuses. */
  async start(): Promise<void> {
    const { url, token, bots, faults, tempo = 1, lines, rate } = this.#options;
    this.#personas = await this.#ensure(bots);
    this.#observer = io(url, { auth: { token }, transports: ["websocket"], forceNew: true });
    // A gap of the observer is no fault of the server, so the comparison then uses only the server's record.
    this.#observer.on("disconnect", () => {
      this.#gapless = false;
    });
    this.#observer.on("command_update", (command: Recorded) => {
      if (command.status !== "pending") this.ledger.heard(command.id, command.status);
    });
    await new Promise<void>((resolve, reject) => {
      this.#observer!.once("connection_established", () => resolve()).once("connect_error", reject);
    });
    // The rate at which the fleet would log without a limit.
    const wanted = this.#personas.reduce((sum, part) => sum + 1000 / part.pace_ms, 0);
    const world: World = {
      ...{ url, faults, tempo, tally: this.tally, ledger: this.ledger },
      hush: lines > 0 ? Math.max(1, wanted / lines) : FOREVER,
      ending: this.#ending.signal,
      calm: this.#calm.signal,
    };
    this.bots = this.#personas.map((part, index) => new SimulatedBot(part, this.#random.fork(`bot ${index}`), world));
    // Spread the starts. A fleet that starts in one moment is the case that the bench measures.
    this.#lives = this.bots.map(async (bot, index) => {
      await nap(Math.min(index * 4, 20_000) * tempo, [this.#ending.signal]);
      await bot.live();
    });
    if (rate > 0) this.#lives.push(this.#operate(rate));
  }

  /** Sends one command to a random bot. Resolves with its id when the server has it. */
  async send(random = this.#random): Promise<string | undefined> {
    const part = random.pick(this.#personas);
    const reply = await this.#api("POST", `/api/bot/${part.id}/send-command`, order(part, random));
    if (!reply) return;
    this.ledger.sent(reply.command.id);
    return reply.command.id;
  }

  /** Ends all faults: connections come back, and no further process dies. */
  calm(): void {
    this.#calm.abort();
  }

  /** Stops every bot, and waits at most `graceMs` for them to disconnect. */
  async stop(graceMs = 4000): Promise<void> {
    this.#ending.abort();
    const late = new AbortController();
    await Promise.race([Promise.all(this.#lives), nap(graceMs, [late.signal])]);
    late.abort();
  }

  /** Compares the ledger with the server's record. */
  async balance(): Promise<Balance> {
    const read = async (id: string): Promise<Recorded | undefined> =>
      (await this.#api("GET", `/api/commands/${id}`))?.command;
    const balance = await this.ledger.balance(read, this.#gapless);
    this.#observer?.disconnect();
    return balance;
  }

  /** Sends commands as an operator would. */
  async #operate(rate: number) {
    const random = this.#random.fork("operator");
    const { tempo = 1, onProblem } = this.#options;
    while (!this.#ending.signal.aborted) {
      await nap((random.between(0.4, 1.6) * 1000 * tempo) / rate, [this.#ending.signal]);
      if (this.#ending.signal.aborted) return;
      await this.send(random).catch((error: Error) => {
        // Report an unreachable server about once a minute, not at every command.
        if (this.#problems++ % 50 === 0) onProblem?.(error.message);
      });
    }
  }

  async #ensure(count: number): Promise<Persona[]> {
    const known = new Map<string, string>();
    for (let cursor = ""; ; ) {
      const page = await this.#api(
        "GET",
        `/api/my-bots?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      for (const bot of page.bots) if (bot.metadata.demo) known.set(bot.name, bot.id);
      if (!page.next_cursor) break;
      cursor = page.next_cursor;
    }
    const made = new Array<Persona>(count);
    let next = 0;
    const lane = async () => {
      for (let index = next++; index < count; index = next++) {
        const part = partOf(index);
        const id = known.get(part.name);
        const { platform, version, tags } = part;
        const bot = id
          ? { bot_id: id, token: (await this.#api("GET", `/api/my-bots/${id}/token`)).token }
          : await this.#api("POST", "/api/my-bots", {
              name: part.name,
              metadata: { demo: true, platform, version, tags },
            });
        made[index] = { ...part, id: bot.bot_id, token: bot.token };
      }
    };
    await Promise.all(Array.from({ length: MAKE_AT_ONCE }, lane));
    return made;
  }
}
