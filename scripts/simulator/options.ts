/** Reads and checks the command line of the simulator. Errors name the option. */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";

/** The faults of the fleet. Shares are 0–1, and 0 by default. */
export type Faults = {
  /** Delay in each direction in milliseconds, and its variation. */
  latency: { ms: number; jitter: number };
  /** Share of commands during which the bot's process dies. */
  crashes: number;
  /** Share of bots whose connection goes down and up, again and again. */
  flapping: number;
  /** Share of bots that are sometimes started twice with one token, and that repeat their acks. */
  duplicates: number;
  /** Seconds by which bots' clocks are wrong at most, early or late. */
  skew: number;
  /** Share of HTTP requests that are dropped, lose their answer, or arrive twice, and of frames that stall or break a socket. */
  loss: number;
  /** Share of bots whose connection blocks WebSockets, so that they poll. */
  polling: number;
};

export const CALM: Faults = {
  latency: { ms: 0, jitter: 0 },
  crashes: 0,
  flapping: 0,
  duplicates: 0,
  skew: 0,
  loss: 0,
  polling: 0,
};
export const CHAOS: Faults = {
  latency: { ms: 120, jitter: 80 },
  crashes: 0.02,
  flapping: 0.1,
  duplicates: 0.05,
  skew: 3600,
  loss: 0.02,
  polling: 0.1,
};

export type Options = {
  bots: number;
  port: number;
  url?: string;
  token?: string;
  seed: string;
  /** Commands per second the operator sends. */
  rate: number;
  /** Log lines per second of the whole fleet, at most. */
  lines: number;
  /** Seconds until it ends by itself. */
  seconds?: number;
  faults: Faults;
};

export const HELP = `npm run demo -- [options]     a server with a fleet at work, gone with its data when it ends

  --bots N            bots, 1 to 10000 (10)
  --port P            port of the server (PORT or 5000; another one when it is taken)
  --url U --token T   no server of its own: the bots work on this one. T is an API key (scope operate) or a JWT,
                      also read from MUSTER_TOKEN. Its rate limits apply
  --rate N            commands an operator sends per second (one in four seconds; N bots / 200 for large fleets)
  --lines N           log lines per second of the whole fleet, at most (100)
  --for S             end after S seconds, with a balance of all commands; Ctrl-C ends it too
  --seed TEXT         the same bots suffer the same things again. What the network and the server make of it still
                      differs from run to run

Faults (none unless asked for):
  --chaos             all of the following, with the values in brackets; single options change single values
  --latency MS[±J]    milliseconds each way, give or take J (120±80)
  --crashes P         percent of commands in the middle of which the bot's process dies; it comes back as a new one (2)
  --flapping P        percent of bots whose line goes down and comes back, again and again (10)
  --duplicates P      percent of bots that run twice with one token now and then, and repeat or contradict their acks (5)
  --skew S            seconds by which the bots' clocks are wrong, at most (3600)
  --loss P            percent of HTTP requests that get lost, lose their answer, or arrive twice; sockets stall or
                      break (2)
  --polling P         percent of bots whose line lets no WebSocket through (10)

The bots are clients/typescript, unchanged, many in one process; lines that misbehave are proxies in front of them.
What is not simulated: a bot's memory and CPU of its own, packet loss below TCP, a partition of the server.
DEMO_DATA=./folder keeps the server's data. Needs a build: npm run build`;

export class OptionError extends Error {}

/** @throws OptionError naming the option and what it takes */
export function readOptions(args: string[], env: Record<string, string | undefined>): Options | "help" {
  const text = { type: "string" } as const;
  const names = ["bots", "port", "url", "token", "rate", "lines", "for", "seed"] as const;
  const faultNames = ["latency", "crashes", "flapping", "duplicates", "skew", "loss", "polling"] as const;
  const flag = { type: "boolean" } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    const options = Object.fromEntries([...names, ...faultNames].map((name) => [name, text]));
    values = parseArgs({ args, options: { ...options, chaos: flag, help: { ...flag, short: "h" } } }).values;
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
  if (values.help) return "help";
  const given = (name: string) => values[name] as string | undefined;
  const number = (name: string, low: number, high: number, whole = false) => {
    const word = given(name);
    if (word === undefined) return undefined;
    const value = Number(word);
    const fits = /^\d+(\.\d+)?$/.test(word) && value >= low && value <= high && (!whole || Number.isInteger(value));
    if (!fits) throw new OptionError(`--${name} must be a ${whole ? "whole " : ""}number from ${low} to ${high}`);
    return value;
  };
  const share = (name: string) => {
    const value = number(name, 0, 100);
    return value === undefined ? undefined : value / 100;
  };
  const base = values.chaos ? CHAOS : CALM;
  const bots = number("bots", 1, 10_000, true) ?? 10;
  const port = number("port", 0, 65_535, true) ?? (Number(env.PORT) || 5000);
  const url = given("url")?.replace(/\/+$/, "");
  if (url !== undefined && !/^https?:\/\/[^/]+$/.test(url))
    throw new OptionError("--url must be an origin such as https://muster.example.org");
  const token = given("token") ?? env.MUSTER_TOKEN;
  if (url && !token) throw new OptionError("--url needs --token (or MUSTER_TOKEN): an API key with scope operate");
  return {
    bots,
    port,
    url,
    token,
    seed: given("seed") ?? randomBytes(3).toString("hex"),
    rate: number("rate", 0, 1000) ?? Math.max(0.25, bots / 200),
    lines: number("lines", 0, 10_000) ?? 100,
    seconds: number("for", 1, 1_000_000),
    faults: {
      latency: latency(given("latency")) ?? base.latency,
      crashes: share("crashes") ?? base.crashes,
      flapping: share("flapping") ?? base.flapping,
      duplicates: share("duplicates") ?? base.duplicates,
      skew: number("skew", 0, 1e9) ?? base.skew,
      loss: share("loss") ?? base.loss,
      polling: share("polling") ?? base.polling,
    },
  };
}

function latency(word: string | undefined): Faults["latency"] | undefined {
  if (word === undefined) return undefined;
  // A keyboard without ± has +- and /.
  const found = /^(\d{1,5})(?:(?:±|\+-|\/)(\d{1,5}))?$/.exec(word);
  const [ms, jitter] = [Number(found?.[1]), Number(found?.[2] ?? 0)];
  if (!found || ms > 60_000 || jitter > ms)
    throw new OptionError(
      "--latency must be milliseconds up to 60000, such as 120 or 120±80 (the jitter not above them)",
    );
  return { ms, jitter };
}
