/** The normal behaviour of a bot of the demo: its commands, logs and messages. */
import type { CommandHandler, MusterBot } from "../../clients/typescript/src/index.js";
import { cast, lines, people, threads } from "./cast";
import type { Random } from "./random";

type Part = (typeof cast)[number] & { habit?: string };
export type Persona = Omit<Part, "habit"> & { habit?: "absent" | "flapping" | "clumsy"; id: string; token: string };

/** The role of the n-th bot. Only the first of each kind misbehaves, so that most of a large fleet is healthy. */
export function partOf(index: number): Omit<Persona, "id" | "token"> {
  const part = cast[index % cast.length] as Part;
  const habit = part.habit as Persona["habit"];
  if (index < cast.length) return { ...part, habit };
  return { ...part, name: `${part.name} ${Math.floor(index / cast.length) + 1}`, habit: undefined };
}

/** `tempo` 1 is real time, 0.1 is ten times as fast. `clock` is the bot's own, which may be wrong. */
export type Surroundings = {
  random: Random;
  tempo: number;
  clock: () => Date;
  nap: (ms: number) => Promise<void>;
  /** Wraps every handler, so that faults can be added. */
  around: (handler: CommandHandler) => CommandHandler;
};

export function wire(bot: MusterBot, part: Persona, { random, tempo, clock, nap, around }: Surroundings): void {
  const work = async (seconds: number) => {
    const began = performance.now();
    await nap(random.between(0.2, 1) * seconds * 1000 * tempo);
    if (random.chance(part.habit === "clumsy" ? 0.4 : 0.04)) throw new Error(random.pick(lines.failures));
    return { took_ms: Math.round(performance.now() - began), finished_at: clock().toISOString() };
  };
  const handlers: Record<string, CommandHandler> = {
    ping: () => ({ pong: true, latency_ms: Math.round(random.between(18, 90)) }),
    send_message: async (command, { log }) => {
      const done = await work(0.8);
      const { thread_id = "console", thread_type = "USER", message = "" } = command.payload as Record<string, string>;
      const kind = thread_type === "GROUP" ? "GROUP" : "USER";
      bot.message({ message, author_id: bot.id, author_name: part.name, thread_id, thread_type: kind });
      log("info", `Sent a message to ${thread_id}`);
      return { ...done, message_id: String(Math.floor(random.between(1e8, 9e8))) };
    },
    restart: async (_, { log }) => {
      log("warning", "Restarting on request");
      await bot.status("restarting");
      await nap(random.between(2000, 5000) * tempo);
      await bot.status("online");
      log("info", "Back online", { resumed_sessions: Math.round(random.between(1, 40)) });
    },
    reload_plugins: () => work(2),
    sync: async () => {
      await bot.sync(knows(part, clock()));
      return { groups: part.groups };
    },
    "*": () => work(1.5),
  };
  for (const [type, handler] of Object.entries(handlers)) bot.onCommand(type, around(handler));
  bot.onSettings(
    (settings, version) => version > 0 && bot.log("info", `Settings version ${version} in force`, settings),
  );
}

/** The groups and friends that the bot syncs. */
export const knows = (part: Persona, at: Date) => ({
  groups: threads.slice(0, part.groups).map((name, index) => ({ id: `g${index + 1}`, name, members: 20 + index * 37 })),
  friends: people.slice(0, 6).map((name, index) => ({ id: `u${index + 1}`, name })),
  metadata: { platform: part.platform, version: part.version, synced_at: at.toISOString() },
});

const fill = (text: string, part: Pick<Persona, "platform">, random: Random) =>
  text
    .replace("{person}", random.pick(people))
    .replace("{thread}", random.pick(threads))
    .replace("{ms}", String(Math.round(random.between(12, 900))))
    .replace("{n}", String(Math.round(random.between(2, 400))))
    .replace("{platform}", part.platform);

/** One log line, and now and then a chat message. */
export function talk(bot: MusterBot, part: Persona, { random, clock }: Pick<Surroundings, "random" | "clock">): void {
  const bad = part.habit === "clumsy" ? 0.25 : 0.02;
  const roll = random.between(0, 1);
  const say = (level: string, text: string, metadata = {}) =>
    bot.log(level, fill(text, part, random), { ...metadata, at: clock().toISOString() });
  if (roll < bad)
    say("error", random.pick(lines.errors), {
      attempt: Math.ceil(random.between(1, 4)),
      retry: random.chance(0.7),
    });
  else if (roll < bad + 0.07) say("warning", random.pick(lines.warnings));
  else if (roll < bad + 0.2) say("debug", random.pick(lines.debug), { shard: Math.floor(random.between(0, 4)) });
  else say("info", random.pick(lines.info));
  if (!random.chance(0.35)) return;
  const index = Math.floor(random.between(0, people.length));
  const group = random.chance(0.7);
  bot.message({
    message: fill(random.pick(lines.chat), part, random),
    author_id: `u${index + 1}`,
    author_name: people[index],
    thread_id: group ? `g${Math.ceil(random.between(0, part.groups))}` : `u${index + 1}`,
    thread_type: group ? "GROUP" : "USER",
  });
}

/** A command as an operator would send it: a type and a payload. */
export function order(part: Persona, random: Random): { type: string; payload: Record<string, unknown> } {
  const often = ["ping", "ping", "send_message", "send_message"];
  const type = random.pick([...often, "sync", "reload_plugins", "restart", "announce"]);
  if (type !== "send_message") return { type, payload: {} };
  const thread_id = `g${Math.ceil(random.between(0, part.groups))}`;
  return { type, payload: { thread_id, thread_type: "GROUP", message: fill(random.pick(lines.chat), part, random) } };
}
