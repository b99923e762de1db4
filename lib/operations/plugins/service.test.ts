/** Plugins in their real processes on the real store: how they are enabled, set up and followed. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { databases } from "@/tests/db/databases";
import { admin, message, pluginRoom } from "@/tests/db/plugins";
import { eventually } from "@/tests/eventually";
import { createPluginLogStore } from "./store.log";

const as = (role: UserActor["role"], scope: UserActor["scope"] = "admin") => ({ ...admin, role, scope });

describe.each(databases)("plugins on $provider", (provider) => {
  const room = pluginRoom(provider);

  describe("the registry", () => {
    it("shows what the folders hold, broken ones with what to mend", async () => {
      room.write("good", "export function message() {}", { permissions: ["http"] });
      room.write("wrong_name", "", { name: "other" });
      room.write("wrong_hook", "", { hooks: ["mesage"] });
      room.write("too_new", "", { muster: "9.0.0" });
      room.write("odd_settings", "", { settings: { type: "array" } });
      room.write("extra", "", { colour: "red" });
      room.write("no_code", "");
      rmSync(join(room.folder, "no_code", "index.mjs"));
      room.write("no_json", "");
      writeFileSync(join(room.folder, "no_json", "plugin.json"), "{");
      mkdirSync(join(room.folder, "not a plugin"));
      const all = await room.service.rescan(admin);
      expect(all.find(({ name }) => name === "good")).toMatchObject({
        version: "1.0.0",
        enabled: false,
        state: "disabled",
        hooks: ["message"],
        permissions: ["http"],
        problem: null,
      });
      const problems = Object.fromEntries(
        all.flatMap(({ name, state, problem }) => (state === "broken" ? [[name, problem]] : [])),
      );
      expect(problems).toEqual({
        wrong_name: expect.stringMatching(/name: must be "wrong_name"/),
        wrong_hook: expect.stringMatching(/hooks\.0/),
        too_new: expect.stringMatching(/needs Muster 9\.0\.0 or newer; this is 1\.2\.3/),
        odd_settings: expect.stringMatching(/settings: must be a schema of "type": "object"/),
        extra: expect.stringMatching(/colour/),
        no_code: expect.stringMatching(/index\.mjs is not there/),
        no_json: expect.stringMatching(/plugin\.json: .*JSON/),
      });
      await expect(room.service.setEnabled(admin, "too_new", true)).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("is the admins' to change, with a credential that reaches so far", async () => {
      room.write("good", "export function message() {}");
      expect(await room.service.list(as("moderator"))).toHaveLength(0);
      await expect(room.service.list(as("user"))).rejects.toMatchObject({ code: "FORBIDDEN" });
      for (const actor of [as("moderator"), as("user"), as("admin", "operate")])
        for (const change of [
          () => room.service.setEnabled(actor, "good", true),
          () => room.service.reload(actor, "good"),
          () => room.service.putSettings(actor, "good", {}),
        ])
          await expect(change()).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(room.service.get(as("moderator"), "good")).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(room.service.lines(as("moderator"), "good", { limit: 1 })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
      await expect(room.service.rescan(as("moderator"))).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("names what is not there", async () => {
      for (const call of [
        () => room.service.setEnabled(admin, "nothing", true),
        () => room.service.get(admin, "nothing"),
      ])
        await expect(call()).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("nothing") });
    });
  });

  describe("a running plugin", () => {
    it("is told of facts, in order, until it is disabled", async () => {
      await room.enable("echo", 'export const message = ({ message }, ctx) => ctx.log("heard", message.message);');
      expect(room.emit).toHaveBeenLastCalledWith("plugin.changed", { name: "echo", change: "enabled", by: 1 });
      for (const text of ["one", "two", "three"]) room.service.tell("message", () => message(text));
      room.service.tell("log", () => ({ log: {} }) as never);
      await room.said("echo", /heard three/);
      expect((await room.linesOf("echo")).reverse()).toEqual([
        "info: Started version 1.0.0",
        "info: heard one",
        "info: heard two",
        "info: heard three",
      ]);
      await eventually(async () =>
        expect(await room.plugin("echo")).toMatchObject({
          state: "running",
          stats: { calls: 3, errors: 0, queued: 0 },
        }),
      );
      await room.service.setEnabled(admin, "echo", false);
      room.service.tell("message", () => message("four"));
      expect(await room.plugin("echo")).toMatchObject({
        enabled: false,
        state: "disabled",
        stats: { calls: 3, queued: 0 },
      });
      expect(room.service.wanted("message")).toBe(false);
    });

    it("comes back with its settings and its memory after a restart of the server", async () => {
      const code = `export async function message(_, { store, log, settings }) {
        const n = ((await store.get("n")) ?? 0) + 1;
        await store.set("n", n);
        log(settings.word, n);
      }`;
      const settings = { type: "object", properties: { word: { type: "string", default: "count" } } };
      await room.enable("memory", code, { settings });
      await room.service.putSettings(admin, "memory", { word: "counted" });
      room.service.tell("message", () => message("x"));
      await room.said("memory", /counted 1/);
      await room.service.stop();
      room.service = room.anotherService();
      await room.service.start();
      await eventually(async () =>
        expect(await room.plugin("memory")).toMatchObject({ enabled: true, state: "running" }),
      );
      room.service.tell("message", () => message("x"));
      await room.said("memory", /counted 2/);
    });

    it("runs the code as it is now after a reload; code that is not usable leaves the old one at work", async () => {
      await room
        .enable("fresh", 'import { word } from "./word.mjs"; export const message = (_, ctx) => ctx.log(word);')
        .catch(() => {});
      writeFileSync(join(room.folder, "fresh", "word.mjs"), 'export const word = "old";');
      await room.service.setEnabled(admin, "fresh", true);
      room.service.tell("message", () => message("x"));
      await room.said("fresh", /info: old/);
      writeFileSync(join(room.folder, "fresh", "word.mjs"), 'export const word = "new";');
      await room.service.reload(admin, "fresh");
      room.service.tell("message", () => message("x"));
      await room.said("fresh", /info: new/);
      writeFileSync(join(room.folder, "fresh", "word.mjs"), "export const word = ;");
      await expect(room.service.reload(admin, "fresh")).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringMatching(/fresh cannot be loaded: SyntaxError/),
      });
      room.service.tell("message", () => message("x"));
      await eventually(async () => expect((await room.plugin("fresh")).stats.calls).toBe(2));
      expect(await room.plugin("fresh")).toMatchObject({ enabled: true, state: "running", problem: null });
    });

    it.each([
      ["a syntax error", "export function message( {}", /SyntaxError/],
      ["a hook it does not export", "export const other = 1;", /names the hooks message, but/],
      [
        "a start that throws",
        'export const message = () => {}; export function start() { throw new Error("no key") }',
        /Error: no key \(index\.mjs:1/,
      ],
      ["an end in mid-start", "process.exit(3)", /ended with code 3/],
      ["an import of what is not there", 'import "left-pad"; export const message = () => {};', /left-pad/],
    ])("is not enabled with %s", async (_, code, why) => {
      await expect(room.enable("bad", code)).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringMatching(why),
      });
      expect(await room.plugin("bad")).toMatchObject({ enabled: false, state: "disabled" });
      await room.said("bad", why);
    });

    it("takes its settings while it runs, checked, the secret ones sealed and never shown", async () => {
      const settings = {
        type: "object",
        properties: { key: { type: "string", writeOnly: true }, times: { type: "integer", default: 2 } },
        required: ["key"],
      };
      const code = "export const message = (_, { log, settings }) => log(settings);";
      await expect(room.enable("secretive", code, { settings })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        details: { field: "settings.key" },
      });
      await expect(room.service.putSettings(admin, "secretive", { key: "k", times: "2" })).rejects.toMatchObject({
        details: { field: "settings.times" },
      });
      for (const slip of ["Key", "constructor"])
        await expect(
          room.service.putSettings(admin, "secretive", { key: "k", [slip]: "hunter2" }),
        ).rejects.toMatchObject({
          details: { field: `settings.${slip}` },
        });
      const set = await room.service.putSettings(admin, "secretive", { key: "hunter2 of the tests" });
      expect(set).toMatchObject({ settings: { times: 2 }, secrets: { key: true } });
      await room.service.setEnabled(admin, "secretive", true);
      // Left out: kept.
      const kept = await room.service.putSettings(admin, "secretive", { times: 7 });
      expect(JSON.stringify(kept)).not.toContain("hunter2");
      expect(JSON.stringify(await room.database.all("SELECT * FROM plugin"))).not.toContain("hunter2");
      room.service.tell("message", () => message("x"));
      await room.said("secretive", /times: 7, key: 'hunter2 of the tests'/);
      await expect(room.service.putSettings(admin, "secretive", { key: null })).rejects.toMatchObject({
        details: { field: "settings.key" },
      });
    });
  });

  it("keeps the newest lines of the log, and pages through them", async () => {
    const store = createPluginLogStore();
    room.write("talker", "export const message = () => {};");
    const lines = Array.from({ length: 1100 }, (_, at) => ({
      plugin: "talker",
      level: "info" as const,
      message: `${at}`,
      at,
    }));
    await store.addLines(lines.slice(0, 600));
    await store.addLines(lines.slice(600));
    const first = await room.service.lines(admin, "talker", { limit: 400 });
    expect(first.lines[0]!.message).toBe("1099");
    const second = await room.service.lines(admin, "talker", { limit: 400, cursor: first.next_cursor! });
    const third = await room.service.lines(admin, "talker", { limit: 400, cursor: second.next_cursor! });
    expect([third.lines.at(-1)!.message, third.next_cursor]).toEqual(["100", null]);
  });

  it("another process follows what one did", async () => {
    const other = room.anotherService();
    await other.start();
    const code = 'export const message = (_, ctx) => ctx.log(ctx.settings.word ?? "none");';
    await room.enable("shared", code, { settings: { type: "object", properties: { word: { type: "string" } } } });
    await other.follow("shared", "enabled");
    expect((await room.list(other))[0]).toMatchObject({ enabled: true, state: "running" });
    await room.service.putSettings(admin, "shared", { word: "from the first" });
    await other.follow("shared", "settings");
    other.tell("message", () => message("x"));
    await eventually(async () => {
      const { lines } = await other.lines(admin, "shared", { limit: 1 });
      expect(lines[0]!.message).toBe("from the first");
    });
    await room.service.setEnabled(admin, "shared", false);
    await other.follow("shared", "disabled");
    expect((await room.list(other))[0]).toMatchObject({ enabled: false, state: "disabled" });

    // Simulates a fact that Redis lost.
    await room.service.setEnabled(admin, "shared", true);
    await other.catchUp();
    expect((await room.list(other))[0]).toMatchObject({ enabled: true, state: "running" });
    await room.service.setEnabled(admin, "shared", false);
    await other.catchUp();
    expect((await room.list(other))[0]).toMatchObject({ enabled: false, state: "disabled" });
  });
});
