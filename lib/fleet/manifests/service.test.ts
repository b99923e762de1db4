/** Rules of manifests on the real store: who publishes, what a selection has in common, what is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { Bot } from "@/lib/fleet/bots/contract";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, openRoom } from "@/tests/db/rooms";
import { createChecks, KEPT_UNITS_MAX } from "./checks";
import { ManifestCommand, putManifest } from "./contract";
import { createManifestService } from "./service";
import { createManifestStore } from "./store";

const owner = { kind: "user", user_id: 1, role: "user", scope: "admin" } as UserActor;
const command = (name: string, over: Record<string, unknown> = {}) => ManifestCommand.parse({ name, ...over });
const who = { type: "object", properties: { who: { type: "string" } }, required: ["who"] };

describe.each(databases)("manifests on $provider", (provider) => {
  let database: TestDatabase;
  let store: ReturnType<typeof createManifestStore>;
  let service: ReturnType<typeof createManifestService>;
  let bot: BotActor;
  const emit = vi.fn();

  beforeAll(async () => {
    database = await openRoom(provider);
    store = createManifestStore();
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    emit.mockReset();
    bot = { kind: "bot", bot_id: await aStoredBot(), team_id: 1, unclaimed: false };
    service = createManifestService(deps());
  });

  const deps = (): Parameters<typeof createManifestService>[0] => ({
    store,
    emit,
    bots: {
      reach: async (actor, id) => {
        if (actor.kind === "bot" ? actor.bot_id !== id : id === "nobody's")
          throw new AppError("NOT_FOUND", "No such bot");
        return { id, team_id: 1 };
      },
      get: async (_, id) => ({ id }) as Bot,
    },
  });

  it("is empty until the bot publishes, then what it published last", async () => {
    const { bot_id } = bot;
    expect(await service.get(owner, bot_id)).toEqual({ bot_id, published: false, commands: [], version: 0 });
    await service.put(bot, bot_id, [command("greet", { params: who })]);
    await service.put(owner, bot_id, [command("part")]);
    expect(await service.get(bot, bot_id)).toEqual({
      bot_id,
      published: true,
      commands: [{ name: "part", danger: "none", idempotent: false }],
      version: 2,
    });
    expect(emit).toHaveBeenLastCalledWith("bot.manifest", { bot: { id: bot_id }, commands: ["part"] });
  });

  it("is only published for a bot one may change", async () => {
    await expect(service.put(bot, await aStoredBot(), [])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.get(owner, "nobody's")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(service.common(owner, [bot.bot_id, "nobody's"])).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("names the command whose schema cannot be checked, and stores nothing", async () => {
    const commands = [command("fine"), command("greet", { params: { type: "object", properties: 5 } })];
    await expect(service.put(bot, bot.bot_id, commands)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { field: "commands.1.params" },
    });
    expect(await service.get(owner, bot.bot_id)).toMatchObject({ published: false });
    expect(emit).not.toHaveBeenCalled();
  });

  it("refuses a payload that breaks it, and only that", async () => {
    await service.check(bot.bot_id, "greet", {});
    await service.put(bot, bot.bot_id, [command("greet", { params: who }), command("free")]);
    const check = async (type: string, payload: Record<string, unknown>) => service.check(bot.bot_id, type, payload);
    // Read from the store the first time, known afterwards.
    for (let time = 0; time < 2; time++) {
      await expect(check("greet", {})).rejects.toMatchObject({
        code: "INVALID_INPUT",
        details: { field: "payload.who" },
      });
      await check("greet", { who: "Ada" });
      await check("free", { anything: 1 });
      await check("never heard of", { anything: 1 });
    }
    expect(service.check(bot.bot_id, "greet", { who: "Ada" })).toBeUndefined();
  });

  it("forgets what was known when another is published, also while the old one is being read", async () => {
    await store.put(bot.bot_id, [command("greet", { params: who })]);
    const early = service.check(bot.bot_id, "greet", { who: "Ada" });
    await service.put(bot, bot.bot_id, []);
    await early;
    await service.check(bot.bot_id, "greet", {});
    await expect(service.check(bot.bot_id, "greet", {})).toBeUndefined();
  });

  it("checks a payload for many bots once by each distinct manifest, within one amount of steps", async () => {
    const list = { type: "object", properties: { list: { type: "array", items: { allOf: Array(10).fill({}) } } } };
    const payload = { list: Array(9000).fill(1) };
    const [same, alsoSame, ...distinct] = await Promise.all(Array.from({ length: 12 }, aStoredBot));
    for (const id of [same!, alsoSame!]) await service.put(owner, id, [command("send", { params: list })]);
    for (const [at, id] of distinct.entries())
      await service.put(owner, id, [command("send", { params: list, description: String(at) })]);
    const batch = service.newBatch();
    const before = batch.left;
    await service.check(same!, "send", payload, batch);
    const once = before - batch.left;
    expect(once).toBeGreaterThan(100_000);
    await service.check(alsoSame!, "send", payload, batch);
    expect(before - batch.left).toBe(once);
    const checks = await Promise.allSettled(distinct.map(async (id) => service.check(id, "send", payload, batch)));
    expect(batch.left).toBe(0);
    expect(checks.filter(({ status }) => status === "fulfilled")).toHaveLength(Math.floor(before / once) - 1);
  });

  it("keeps no more checks ready than fit their bytes, and one set for the bots of one program", async () => {
    const text = (size: number, mark: string) => `[{"name":"a","description":"${mark.padEnd(size, "x")}"}]`;
    const checks = createChecks({ texts: async ([id]) => new Map([[id!, text(4_000_000, id!.split("-")[0]!)]]) });
    await Promise.all(["a-1", "a-2", "a-3"].map((id) => checks.get(id)));
    expect(checks.units()).toBeLessThan(5_000_000);
    expect(checks.get("a-1")).toBe(checks.get("a-3"));
    for (const id of ["b-1", "c-1", "d-1", "e-1", "f-1"]) await checks.get(id);
    expect(checks.units()).toBeLessThanOrEqual(KEPT_UNITS_MAX);
    expect(checks.get("f-1")).toBeInstanceOf(Map);
    expect(checks.get("a-1")).toBeInstanceOf(Promise);
  });

  it("compares the manifests of a selection only while they are small enough together", async () => {
    const texts = async (ids: readonly string[]) => new Map(ids.map((id) => [id, id.padEnd(65_000)]));
    const wide = createManifestService({ ...deps(), store: { ...store, texts } });
    const ids = Array.from({ length: 100 }, (_, at) => `bot_${at}`);
    await expect(wide.common(owner, ids)).rejects.toMatchObject({ details: { field: "bot_ids" } });
  });

  it("offers a selection what all of it understands, with what holds for all", async () => {
    const [a, b] = [await aStoredBot(), await aStoredBot()];
    await service.put(owner, a, [
      command("greet", { params: who, idempotent: true, timeout_s: 5 }),
      command("say", { params: who }),
      command("alone"),
    ]);
    await service.put(owner, b, [
      command("say", { params: { type: "object" } }),
      command("greet", { params: who, danger: "destructive", timeout_s: 9 }),
    ]);
    expect(await service.common(owner, [a, b])).toEqual({
      commands: [
        { name: "greet", params: who, danger: "destructive", idempotent: false, timeout_s: 9, varies: false },
        { name: "say", danger: "none", idempotent: false, varies: true },
      ],
      unpublished: [],
      count: 2,
    });
    expect(await service.common(owner, [a, bot.bot_id])).toEqual({
      commands: [],
      unpublished: [bot.bot_id],
      count: 0,
    });
  });
});

describe("the body", () => {
  const refused = (body: unknown) => putManifest.body.safeParse(body).error?.issues[0]?.message;
  it("keeps to its size and names each command once", () => {
    expect(refused({ commands: [{ name: "a" }, { name: "b" }] })).toBeUndefined();
    expect(refused({ commands: [{ name: "a" }, { name: "a" }] })).toMatch(/twice/);
    expect(refused({ commands: Array.from({ length: 101 }, (_, at) => ({ name: `c${at}` })) })).toBeTruthy();
    const description = "x".repeat(1000);
    expect(refused({ commands: Array.from({ length: 70 }, (_, at) => ({ name: `c${at}`, description })) })).toMatch(
      /bytes/,
    );
    expect(refused({ commands: [{ name: "a", danger: "deadly" }] })).toBeTruthy();
  });
});
