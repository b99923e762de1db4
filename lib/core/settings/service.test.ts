/** Rules of the configuration on the real store: what other rooms act on, what is stored, races, and any input at all. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor, UserActor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { bytesOf, HISTORY_MAX, SECTIONS, type SectionName, sectionContracts } from "./contract";
import { createConfigService } from "./service";
import { createConfigStore } from "./store";

const NAMES = Object.keys(SECTIONS) as SectionName[];
const admin = { kind: "user", user_id: 1, username: "ada", role: "admin", scope: "admin" } as UserActor;

describe.each(databases)("configuration on $provider", (provider) => {
  let database: TestDatabase;
  const store = createConfigStore();
  const emit = vi.fn();
  const admins = new Set<number>();
  const withFactor = new Set<number>();
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const make = () =>
    createConfigService({
      store,
      emit,
      isAdmin: async (id) => admins.has(id),
      hasSecondFactor: async (id) => withFactor.has(id),
      now: () => clock.at,
      downloadRoot: "/srv/downloads",
      bots: {
        reach: async (_, id) => {
          if (id === "gone") throw new AppError("NOT_FOUND", "No such bot");
          return { team_id: id === "nobody's" ? null : 7 };
        },
      },
    });
  let service: ReturnType<typeof make>;

  beforeAll(async () => {
    database = await openRoom(provider);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ["config_section", "config_change"]) await db().run(`DELETE FROM ${table}`);
    emit.mockReset();
    service = make();
  });

  it("gives other rooms defaults, then what was set, in every process soon after", async () => {
    const elsewhere = make();
    expect(await service.section("tickets")).toEqual(SECTIONS.tickets.defaults);
    await elsewhere.section("tickets");
    await service.update(admin, "tickets", { max_open_per_user: 9 });
    expect(await service.section("tickets")).toMatchObject({ max_open_per_user: 9, enabled: true });
    // The fact tells the other process; were it lost, half a minute does.
    expect(await elsewhere.section("tickets")).toMatchObject({ max_open_per_user: 3 });
    clock.at += 31_000;
    expect(await elsewhere.section("tickets")).toMatchObject({ max_open_per_user: 9 });
  });

  it("tells the folder of downloads, within its root whatever is said", async () => {
    expect(await service.downloadDir()).toBe("/srv/downloads");
    await service.update(admin, "transfers", { downloadDir: "/srv/downloads/a/./b/" });
    expect(await service.downloadDir()).toBe("/srv/downloads/a/b");
    for (const downloadDir of ["/srv/downloads-of-others", "/etc"])
      await expect(service.update(admin, "transfers", { downloadDir })).rejects.toMatchObject({
        code: "INVALID_INPUT",
      });
  });

  it("announces a change with the fields that changed, and none where nothing did", async () => {
    await service.update(admin, "general", { command_prefix: "?", message_cooldown: 5 });
    await service.update(admin, "general", { command_prefix: "?" });
    expect(emit.mock.calls).toEqual([
      [
        "config.changed",
        {
          section: "general",
          version: 1,
          action: "update",
          changes: { command_prefix: { old: "!", new: "?" } },
          config: { ...SECTIONS.general.defaults, command_prefix: "?" },
          by: { user_id: 1, username: "ada" },
        },
      ],
    ]);
  });

  it("stores only what differs from the defaults, so that defaults may improve", async () => {
    await service.update(admin, "general", { ...SECTIONS.general.defaults, bot_name: "Greeter" });
    expect(await store.all()).toEqual([{ section: "general", value: { bot_name: "Greeter" }, version: 1 }]);
    await service.reset(admin, "general");
    expect(await store.all()).toEqual([{ section: "general", value: {}, version: 2 }]);
  });

  it("goes on with the default where a stored value is not one it takes (any more)", async () => {
    await db().run("INSERT INTO config_section (section, value, version, updated_at) VALUES ($1, $2, 4, 0)", [
      "general",
      JSON.stringify({ bot_name: 5, command_prefix: "?", gone: true }),
    ]);
    expect(await service.read(admin, "general")).toEqual({
      ...SECTIONS.general.defaults,
      command_prefix: "?",
      version: 4,
    });
  });

  it("refuses to demand a second factor of others before one's own account has one", async () => {
    const demand = () => service.update(admin, "security", { require_second_factor: "admins" });
    await expect(demand()).rejects.toMatchObject({
      ...{ code: "INVALID_INPUT", details: { field: "require_second_factor" } },
    });
    await service.update(admin, "security", { session_idle_hours: 8 });
    withFactor.add(1);
    const { version } = await demand();
    await service.reset(admin, "security");
    withFactor.delete(1);
    await expect(service.undo(admin, "security", version + 1)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await service.section("security")).toMatchObject({ require_second_factor: "none" });
  });

  it("changes both sections of a PATCH or neither", async () => {
    await service.updateServer(admin, { maxConcurrentDownloads: 2, features: { graphqlApi: false } });
    expect(emit).toHaveBeenCalledTimes(2);
    const patch = { autoDeleteDuration: 9, downloadDir: "/etc", enabledPhases: { phase1: false } };
    await expect(service.updateServer(admin, patch)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const raced = { ...store, write: vi.fn().mockResolvedValue(false) };
    const unused = { bots: null as never, isAdmin: null as never, hasSecondFactor: null as never };
    const losing = createConfigService({ store: raced, emit, now: () => 0, downloadRoot: "/", ...unused });
    await expect(losing.updateServer(admin, { maxConcurrentDownloads: 3 })).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(emit).toHaveBeenCalledTimes(2);
    expect(await service.section("transfers")).toMatchObject({ maxConcurrentDownloads: 2, autoDeleteDuration: 0 });
  });

  it("writes all sections or none when one of them was changed meanwhile", async () => {
    const change = (version: number) => ({
      version,
      action: "update" as const,
      undoes: null,
      changes: {},
      by: { user_id: null, username: "x" },
      at: "2026-01-01T00:00:00.000Z",
    });
    const general = { section: "general" as const, value: { bot_name: "x" }, before: 0, change: change(1) };
    const meme = { section: "meme" as const, value: {}, before: 3, change: change(4) };
    expect(await store.write([general, meme])).toBe(false);
    expect(await store.all()).toEqual([]);
    expect(await store.write([general])).toBe(true);
    expect(await store.write([general])).toBe(false);
    expect(await store.history("general", 10)).toHaveLength(1);
  });

  it("keeps every one of many changes at the same moment", async () => {
    const fields = Object.keys(SECTIONS.channels.shape).slice(0, 4);
    await Promise.all(fields.map((field) => make().update(admin, "channels", { [field]: "123456789" })));
    const { version, ...now } = await service.read(admin, "channels");
    expect(version).toBe(4);
    expect(Object.values(now).filter(Boolean)).toHaveLength(4);
  });

  it("keeps the newest changes only", async () => {
    for (let at = 1; at <= HISTORY_MAX + 3; at++)
      await service.update(admin, "rocket_league", { rank_cache_ttl_seconds: at });
    const { history, version } = await service.history(admin, "rocket_league", { limit: 1000 });
    expect([history.length, version, history.at(-1)!.version]).toEqual([HISTORY_MAX, HISTORY_MAX + 3, 4]);
    await expect(service.undo(admin, "rocket_league", 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each([
    ["a moderator", { ...admin, role: "moderator" }, "FORBIDDEN"],
    ["a user", { ...admin, role: "user" }, "FORBIDDEN"],
    ["a bot", { kind: "bot", bot_id: "b", team_id: 1, unclaimed: false }, "UNAUTHORIZED"],
    ["nobody", { kind: "public", ip: "192.0.2.1" }, "UNAUTHORIZED"],
  ] as [string, Actor, string][])("is nothing for %s", async (_, actor, code) => {
    const page = { limit: 1 };
    for (const call of [
      () => service.read(actor, "tickets"),
      () => service.all(actor),
      () => service.update(actor, "general", { bot_name: "x" }),
      () => service.updateServer(actor, { maxConcurrentDownloads: 1 }),
      () => service.reset(actor, "general"),
      () => service.undo(actor, "general", 1),
      () => service.history(actor, "general", page),
    ])
      await expect(call()).rejects.toMatchObject({ code });
    expect(emit).not.toHaveBeenCalled();
  });

  it("lets a key of an admin change it only with scope admin", async () => {
    const key = { ...admin, scope: "operate" } as UserActor;
    expect(await service.read(key, "general")).toMatchObject({ version: 0 });
    await expect(service.update(key, "general", { bot_name: "x" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("is read by bots whose owner is an active admin", async () => {
    const bot: Actor = { kind: "bot", bot_id: "b", team_id: 7, unclaimed: false };
    const denied = () => expect(service.forBot(bot, "b")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await denied();
    admins.add(7);
    const { config, versions } = await service.forBot(bot, "b");
    expect(config.general).toEqual(SECTIONS.general.defaults);
    expect(Object.keys(config)).toEqual(Object.keys(versions));
    expect(config).not.toHaveProperty("transfers");
    admins.delete(7);
    await denied();
    await expect(service.forBot({ ...bot, team_id: null }, "nobody's")).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await service.forBot(admin, "nobody's")).toHaveProperty("config");
  });

  it("takes a body as a whole or not at all, whatever is in it", async () => {
    const strange = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>("123456789", ["123456789"], 24, "2 GB", true, [{ name: "a", __proto__: 1 }]),
      fc.dictionary(fc.string(), fc.constantFrom("123456789", "x"), { maxKeys: 3 }),
    );
    const call = fc.constantFrom(...NAMES).chain((name) => {
      const field = fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...Object.keys(SECTIONS[name].shape)) },
        fc.constantFrom("__proto__", "constructor", "toString", "x"),
      );
      return fc.record({ name: fc.constant(name), body: fc.dictionary(field, strange, { maxKeys: 3 }) });
    });
    await fc.assert(
      fc.asyncProperty(call, async ({ name, body }) => {
        const before = await service.read(admin, name);
        const parsed = sectionContracts[name].put.body.safeParse(JSON.parse(JSON.stringify(body)));
        if (!parsed.success) {
          expect(parsed.error.issues.length).toBeGreaterThan(0);
          return;
        }
        for (const key of Object.keys(body)) expect([...Object.keys(SECTIONS[name].shape)]).toContain(key);
        const after = await service.update(admin, name, parsed.data).catch((error: AppError) => {
          expect(error.code).toBe("INVALID_INPUT");
          return { ...before, message: "" };
        });
        // The stored section is valid, and fields that were not sent are unchanged.
        const { message: _, version: __, ...values } = after as Record<string, unknown>;
        expect(SECTIONS[name].values.safeParse(values).success).toBe(true);
        for (const [field, value] of Object.entries(values))
          if (!(field in body)) expect(value).toEqual((before as Record<string, unknown>)[field]);
        expect(await make().read(admin, name)).toEqual({ ...values, version: (after as { version: number }).version });
      }),
      { numRuns: 300, seed: 20261122 },
    );
  });

  it("undo after any one change is what was before it", async () => {
    const change = fc.record({
      bot_name: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim().length > 0),
      message_cooldown: fc.integer({ min: 0, max: 3600 }),
      fuzzy_matching_threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(change, async (patch) => {
        const { version: from, ...before } = await service.read(admin, "general");
        const { version } = await service.update(admin, "general", sectionContracts.general.put.body.parse(patch));
        if (version === from) return;
        const { version: last, message: _, ...after } = await service.undo(admin, "general", version);
        expect([after, last]).toEqual([before, version + 1]);
      }),
      { numRuns: 40, seed: 20261122 },
    );
  });
});

it("reads sizes", () => {
  expect(["2 GB", "2gb", "1.5 KB", "12B", "1 TB"].map(bytesOf)).toEqual([2 ** 31, 2 ** 31, 1536, 12, 2 ** 40]);
  expect(["", "GB", "2", "2 XB", "-1 GB", "1e3 MB"].map(bytesOf).every(Number.isNaN)).toBe(true);
});

it("has defaults that its own rules take", () => {
  for (const { values, defaults } of Object.values(SECTIONS)) expect(values.parse(defaults)).toEqual(defaults);
});
