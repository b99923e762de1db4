/** The programs that run as one bot: epochs, the alarm, and how long a program is refused. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { Arrival } from "./entries";
import { createInstances } from "./instances";

const bot: BotActor = { kind: "bot", bot_id: "b", team_id: 1, unclaimed: false };
const owner = { kind: "user", user_id: 1, role: "user", scope: "admin" } as UserActor;
const arrival = (instance: string, over: Partial<Arrival> = {}): Arrival => ({
  ...{ instance, address: "192.0.2.1", version: "1", via: "socket", declared: true, part: null },
  ...over,
});
const polling = (instance: string) => ({ instance, address: "192.0.2.1", version: null, part: null });

let at: number;
let epoch: number;
const emit = vi.fn();
const nextEpoch = vi.fn();
const reach = vi.fn();
const partArrived = vi.fn(async () => {});
const partsOf = async () => [];
let instances: ReturnType<typeof createInstances>;
const alarms = () =>
  emit.mock.calls.filter(([name]) => name === "bot.instances").map(([, fact]) => fact.instances.map(nameOf));
const nameOf = (one: { instance: string }) => one.instance;
const live = async () => (await instances.list(owner, "b")).instances.map(nameOf);
/** The bus brings the fact back, as it does in the process. */
const keep = async (instance: string) => {
  const answer = await instances.keep(owner, "b", instance);
  const fact = emit.mock.calls.find(([name]) => name === "bot.superseded")?.[1];
  if (fact) instances.supersede(fact.bot_id, fact.instances, fact.until);
  return answer;
};

beforeEach(() => {
  at = 1_000_000;
  epoch = 0;
  emit.mockReset();
  partArrived.mockClear();
  nextEpoch.mockReset().mockImplementation(async () => ++epoch);
  reach.mockReset().mockResolvedValue({ id: "b", team_id: 1 });
  instances = createInstances({ nextEpoch, reach, emit, now: () => at, silentAfterMs: 60_000, partArrived, partsOf });
});

describe("the alarm", () => {
  it("is silent while one program runs, however many sockets and polls it has", async () => {
    await instances.connected(bot, arrival("a"));
    await instances.connected(bot, arrival("a"));
    await instances.polled(bot, polling("a"));
    instances.disconnected(bot, "a");
    expect(await live()).toEqual(["a"]);
    expect([epoch, alarms()]).toEqual([1, []]);
  });

  it("rises with the second program, newest first, and ends when it leaves", async () => {
    await instances.connected(bot, arrival("a"));
    await instances.connected(bot, arrival("b", { declared: false }));
    instances.disconnected(bot, "a");
    instances.disconnected(bot, "b");
    expect(alarms()).toEqual([["b", "a"], ["b"]]);
  });

  it("is silent while programs hold disjoint parts, and rises when two hold the same shard", async () => {
    const part = (...shards: number[]) => ({ shards, of: 4 });
    await instances.connected(bot, arrival("a", { part: part(0, 1) }));
    await instances.connected(bot, arrival("b", { part: part(2, 3) }));
    expect(alarms()).toEqual([]);
    expect(await instances.list(owner, "b")).toMatchObject({ conflict: false });
    await instances.connected(bot, arrival("c", { part: part(3) }));
    expect(alarms()).toEqual([["c", "b", "a"]]);
    expect(await instances.list(owner, "b")).toMatchObject({ conflict: true });
    await keep("c");
    expect(await live()).toEqual(["c", "a"]);
    expect(partArrived.mock.calls).toEqual([
      [bot, part(0, 1)],
      [bot, part(2, 3)],
      [bot, part(3)],
    ]);
  });

  it("gives a program that comes back its old epoch, within ten minutes", async () => {
    await instances.connected(bot, arrival("a"));
    instances.disconnected(bot, "a");
    instances.sweep();
    await instances.connected(bot, arrival("a"));
    expect(epoch).toBe(1);
    instances.disconnected(bot, "a");
    at += 600_001;
    instances.sweep();
    await instances.connected(bot, arrival("a"));
    expect(epoch).toBe(2);
  });

  it("ends when a program that polls falls silent", async () => {
    await instances.polled(bot, polling("a"));
    await instances.polled(bot, polling("b"));
    at += 59_000;
    await instances.polled(bot, polling("b"));
    at += 2_000;
    instances.sweep();
    expect(alarms()).toEqual([["b", "a"], ["b"]]);
  });

  it("counts nobody whose epoch could not be written", async () => {
    nextEpoch.mockRejectedValueOnce(new Error("the database is away"));
    await expect(instances.connected(bot, arrival("a"))).rejects.toThrow("away");
    expect(await live()).toEqual([]);
  });
});

describe("keeping one", () => {
  it("refuses the others by name for an hour", async () => {
    for (const name of ["a", "b", "c"]) await instances.connected(bot, arrival(name));
    await keep("b");
    expect(emit).toHaveBeenCalledWith("bot.superseded", { bot_id: "b", instances: ["c", "a"], until: at + 3_600_000 });
    expect(await live()).toEqual(["b"]);
    expect(() => instances.check("b", { instance: "a", part: null })).toThrow(
      expect.objectContaining({ code: "SUPERSEDED" }),
    );
    await expect(instances.polled(bot, polling("c"))).rejects.toMatchObject({ code: "SUPERSEDED" });
    expect(() => instances.check("b", { instance: "b", part: null })).not.toThrow();
    expect(() => instances.check("another bot", { instance: "a", part: null })).not.toThrow();
    at += 3_600_001;
    expect(() => instances.check("b", { instance: "a", part: null })).not.toThrow();
    expect((await instances.list(owner, "b")).refused).toEqual([]);
  });

  it("is undone by a new token", async () => {
    for (const name of ["a", "b"]) await instances.connected(bot, arrival(name));
    await keep("b");
    instances.forget("b");
    expect(() => instances.check("b", { instance: "a", part: null })).not.toThrow();
  });

  it("needs the right to operate the bot, and an instance that is live", async () => {
    await instances.connected(bot, arrival("a"));
    await expect(instances.keep(owner, "b", "z")).rejects.toMatchObject({ code: "NOT_FOUND" });
    reach.mockRejectedValue(new AppError("FORBIDDEN", "You can see this bot but not change it"));
    await expect(instances.keep(owner, "b", "a")).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(reach).toHaveBeenLastCalledWith(owner, "b", "operator");
  });
});

describe("over several processes", () => {
  type Process = { name: string; of: ReturnType<typeof createInstances>; facts: [string, never][] };
  let processes: Process[];
  /** A process whose facts wait until `carry` brings them to the others, as Redis does. */
  function aProcess(name: string): Process {
    const facts: [string, never][] = [];
    const emit = (fact: string, data: unknown) => void facts.push([fact, data as never]);
    return {
      name,
      facts,
      of: createInstances({ nextEpoch, reach, emit, now: () => at, silentAfterMs: 60_000, partArrived, partsOf }),
    };
  }
  function carry() {
    for (const from of processes)
      for (const [fact, data] of from.facts.splice(0)) {
        notified.push([fact, data]);
        for (const to of processes) {
          const remote = to !== from;
          if (fact === "bot.superseded") {
            const { bot_id, instances, until } = data as { bot_id: string; instances: string[]; until: number };
            to.of.supersede(bot_id, instances, until);
          } else if (!remote) continue;
          else if (fact === "bot.instance") to.of.heard(from.name, data);
          else if (fact === "bot.instances") to.of.announced(data);
          else
            for (const one of (data as { instances: object[] }).instances)
              to.of.heard(from.name, { ...one, live: true } as never);
        }
      }
  }
  const notified: [string, { instances: { instance: string }[] }][] = [];
  const alarms = () =>
    notified.filter(([name]) => name === "bot.instances").map(([, fact]) => fact.instances.map(nameOf));
  const seenBy = async ({ of }: Process) => (await of.list(owner, "b")).instances.map(nameOf);

  beforeEach(() => {
    notified.length = 0;
    processes = [aProcess("one"), aProcess("two")];
  });

  it("notices one instance on each, whichever is asked, and that one of them left", async () => {
    const [one, two] = processes as [Process, Process];
    await one.of.connected(bot, arrival("a"));
    carry();
    await two.of.connected(bot, arrival("b"));
    carry();
    expect(alarms()).toEqual([["b", "a"]]);
    expect([await seenBy(one), await seenBy(two)]).toEqual([
      ["b", "a"],
      ["b", "a"],
    ]);
    one.of.disconnected(bot, "a");
    carry();
    for (const { of } of processes) of.sweep();
    carry();
    expect([await seenBy(one), await seenBy(two), alarms().at(-1)]).toEqual([["b"], ["b"], ["b"]]);
  });

  it("notices two that came at the same moment with the next look", async () => {
    const [one, two] = processes as [Process, Process];
    await one.of.connected(bot, arrival("a"));
    await two.of.connected(bot, arrival("b"));
    carry();
    expect(alarms()).toEqual([]);
    one.of.sweep();
    carry();
    two.of.sweep();
    carry();
    expect(alarms()).toEqual([["b", "a"]]);
  });

  it("takes a program that moves from one to another for the same", async () => {
    const [one, two] = processes as [Process, Process];
    await one.of.connected(bot, arrival("a"));
    carry();
    await two.of.connected(bot, arrival("a"));
    carry();
    expect([await seenBy(one), epoch, alarms()]).toEqual([["a"], 1, []]);
    one.of.disconnected(bot, "a");
    carry();
    expect([await seenBy(one), await seenBy(two)]).toEqual([["a"], ["a"]]);
  });

  it("forgets what a process told that is gone, and tells all to one that joins", async () => {
    const [one, two] = processes as [Process, Process];
    await one.of.connected(bot, arrival("a"));
    await one.of.polled({ ...bot, bot_id: "c" }, polling("p"));
    carry();
    expect([one, two].map(({ of }) => of.connectedElsewhere("b"))).toEqual([false, true]);
    expect(two.of.connectedElsewhere("c")).toBe(false);
    two.of.left("one");
    expect(await seenBy(two)).toEqual([]);
    expect(two.of.connectedElsewhere("b")).toBe(false);
    one.of.joined("two");
    carry();
    expect(await seenBy(two)).toEqual(["a"]);
    expect((await two.of.list(owner, "c")).instances.map(nameOf)).toEqual(["p"]);
    at += 60_001;
    one.of.sweep();
    carry();
    expect((await two.of.list(owner, "c")).instances).toEqual([]);
  });

  it("keeps one from whichever process is asked, and tells one that joins later who is refused", async () => {
    const [one, two] = processes as [Process, Process];
    await one.of.connected(bot, arrival("a"));
    carry();
    await two.of.connected(bot, arrival("b"));
    carry();
    await two.of.keep(owner, "b", "b");
    carry();
    expect(() => one.of.check("b", { instance: "a", part: null })).toThrow(
      expect.objectContaining({ code: "SUPERSEDED" }),
    );
    expect([await seenBy(one), await seenBy(two)]).toEqual([["b"], ["b"]]);
    const three = aProcess("three");
    one.of.joined("three");
    const [, fact] = one.facts.at(-1)!;
    expect(three.of.unheard(fact)).toMatchObject([{ bot_id: "b", instance: "a" }]);
    expect(two.of.unheard(fact)).toEqual([]);
  });
});
