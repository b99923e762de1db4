/** Plugins in their real processes on the real store: what they are told, what they may do, and what they cannot harm. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { eventually } from "@/tests/eventually";
import type { ActionDeps } from "./actions";
import { createPluginLog } from "./log";
import { createPluginService, type PluginService } from "./service";
import { createPluginStore, LINES_KEPT } from "./store";
import type { Limits } from "./supervisor";

const admin = { kind: "user", user_id: 1, role: "admin", scope: "admin" } as UserActor;
const as = (role: UserActor["role"], scope: UserActor["scope"] = "admin") => ({ ...admin, role, scope });
const message = (text: string) => ({ message: { bot_id: "b", message: text } }) as never;

describe.each(databases)("plugins on $provider", (provider) => {
  let database: TestDatabase;
  let folder: string;
  let service: PluginService;
  const emit = vi.fn();
  const open: PluginService[] = [];
  const actions = {
    values: {} as ActionDeps["values"],
    sendCommand: vi.fn<ActionDeps["sendCommand"]>(),
    replyTicket: vi.fn<ActionDeps["replyTicket"]>(),
    notify: vi.fn<ActionDeps["notify"]>(),
    raiseAlert: vi.fn<ActionDeps["raiseAlert"]>(),
    resolveAlert: vi.fn<ActionDeps["resolveAlert"]>(),
    outbound: vi.fn<ActionDeps["outbound"]>(),
  };

  beforeAll(async () => {
    database = await openRoom(provider);
    actions.values = createPluginStore().values;
  });
  afterAll(() => database.close());

  /** Another process's view of the same database and folder. */
  const open1 = (limits: Partial<Limits> = {}) => {
    const store = createPluginStore();
    const one = createPluginService({
      store,
      log: createPluginLog(store, Date.now),
      places: [folder],
      actions,
      emit,
      now: Date.now,
      version: "1.2.3",
      limits: { pauseMs: 10, pauseMaxMs: 50, ...limits },
    });
    open.push(one);
    return one;
  };
  const write = (name: string, code: string, over: Record<string, unknown> = {}) => {
    mkdirSync(join(folder, name), { recursive: true });
    const about = { name, version: "1.0.0", description: "A test.", author: "Tests", hooks: ["message"] };
    writeFileSync(join(folder, name, "plugin.json"), JSON.stringify({ ...about, ...over }));
    writeFileSync(join(folder, name, "index.mjs"), code);
  };
  const enable = async (name: string, code: string, over: Record<string, unknown> = {}) => {
    write(name, code, over);
    return service.setEnabled(admin, name, true);
  };
  const linesOf = async (name: string) =>
    (await service.lines(admin, name, { limit: 500 })).lines.map(({ level, message }) => `${level}: ${message}`);
  const said = (name: string, text: string | RegExp) =>
    eventually(async () => expect((await linesOf(name)).join("\n")).toMatch(text));
  const plugin = async (name: string) => (await service.list(admin)).find((one) => one.name === name)!;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "muster-plugins-"));
    const { values: _, ...calls } = actions;
    for (const mock of [emit, ...Object.values(calls)]) mock.mockReset();
    for (const table of ["plugin", "plugin_value", "plugin_log"]) await database.run(`DELETE FROM ${table}`);
    service = open1();
    await service.start();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  describe("the registry", () => {
    it("shows what the folders hold, broken ones with what to mend", async () => {
      write("good", "export function message() {}", { permissions: ["http"] });
      write("wrong_name", "", { name: "other" });
      write("wrong_hook", "", { hooks: ["mesage"] });
      write("too_new", "", { muster: "9.0.0" });
      write("odd_settings", "", { settings: { type: "array" } });
      write("extra", "", { colour: "red" });
      write("no_code", "");
      rmSync(join(folder, "no_code", "index.mjs"));
      write("no_json", "");
      writeFileSync(join(folder, "no_json", "plugin.json"), "{");
      mkdirSync(join(folder, "not a plugin"));
      const all = await service.rescan(admin);
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
      await expect(service.setEnabled(admin, "too_new", true)).rejects.toMatchObject({ code: "CONFLICT" });
    });

    it("is the admins' to change, with a credential that reaches so far", async () => {
      write("good", "export function message() {}");
      expect(await service.list(as("moderator"))).toHaveLength(0);
      await expect(service.list(as("user"))).rejects.toMatchObject({ code: "FORBIDDEN" });
      for (const actor of [as("moderator"), as("user"), as("admin", "operate")])
        for (const change of [
          () => service.setEnabled(actor, "good", true),
          () => service.reload(actor, "good"),
          () => service.putSettings(actor, "good", {}),
        ])
          await expect(change()).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(service.get(as("moderator"), "good")).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(service.lines(as("moderator"), "good", { limit: 1 })).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(service.rescan(as("moderator"))).rejects.toMatchObject({ code: "FORBIDDEN" });
    });

    it("names what is not there", async () => {
      for (const call of [() => service.setEnabled(admin, "nothing", true), () => service.get(admin, "nothing")])
        await expect(call()).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("nothing") });
    });
  });

  describe("a running plugin", () => {
    it("is told of facts, in order, until it is disabled", async () => {
      await enable("echo", 'export const message = ({ message }, ctx) => ctx.log("heard", message.message);');
      expect(emit).toHaveBeenLastCalledWith("plugin.changed", { name: "echo", change: "enabled", by: 1 });
      for (const text of ["one", "two", "three"]) service.tell("message", () => message(text));
      service.tell("log", () => ({ log: {} }) as never);
      await said("echo", /heard three/);
      expect((await linesOf("echo")).reverse()).toEqual([
        "info: Started version 1.0.0",
        "info: heard one",
        "info: heard two",
        "info: heard three",
      ]);
      await eventually(async () =>
        expect(await plugin("echo")).toMatchObject({ state: "running", stats: { calls: 3, errors: 0, queued: 0 } }),
      );
      await service.setEnabled(admin, "echo", false);
      service.tell("message", () => message("four"));
      expect(await plugin("echo")).toMatchObject({ enabled: false, state: "disabled", stats: { calls: 3, queued: 0 } });
      expect(service.wanted("message")).toBe(false);
    });

    it("comes back with its settings and its memory after a restart of the server", async () => {
      const code = `export async function message(_, { store, log, settings }) {
        const n = ((await store.get("n")) ?? 0) + 1;
        await store.set("n", n);
        log(settings.word, n);
      }`;
      const settings = { type: "object", properties: { word: { type: "string", default: "count" } } };
      await enable("memory", code, { settings });
      await service.putSettings(admin, "memory", { word: "counted" });
      service.tell("message", () => message("x"));
      await said("memory", /counted 1/);
      await service.stop();
      service = open1();
      await service.start();
      await eventually(async () => expect(await plugin("memory")).toMatchObject({ enabled: true, state: "running" }));
      service.tell("message", () => message("x"));
      await said("memory", /counted 2/);
    });

    it("runs the code as it is now after a reload; code that is not usable leaves the old one at work", async () => {
      await enable(
        "fresh",
        'import { word } from "./word.mjs"; export const message = (_, ctx) => ctx.log(word);',
      ).catch(() => {});
      writeFileSync(join(folder, "fresh", "word.mjs"), 'export const word = "old";');
      await service.setEnabled(admin, "fresh", true);
      service.tell("message", () => message("x"));
      await said("fresh", /info: old/);
      writeFileSync(join(folder, "fresh", "word.mjs"), 'export const word = "new";');
      await service.reload(admin, "fresh");
      service.tell("message", () => message("x"));
      await said("fresh", /info: new/);
      writeFileSync(join(folder, "fresh", "word.mjs"), "export const word = ;");
      await expect(service.reload(admin, "fresh")).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringMatching(/fresh cannot be loaded: SyntaxError/),
      });
      service.tell("message", () => message("x"));
      await eventually(async () => expect((await plugin("fresh")).stats.calls).toBe(2));
      expect(await plugin("fresh")).toMatchObject({ enabled: true, state: "running", problem: null });
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
      await expect(enable("bad", code)).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringMatching(why),
      });
      expect(await plugin("bad")).toMatchObject({ enabled: false, state: "disabled" });
      await said("bad", why);
    });

    it("takes its settings while it runs, checked, the secret ones sealed and never shown", async () => {
      const settings = {
        type: "object",
        properties: { key: { type: "string", writeOnly: true }, times: { type: "integer", default: 2 } },
        required: ["key"],
      };
      const code = "export const message = (_, { log, settings }) => log(settings);";
      await expect(enable("secretive", code, { settings })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        details: { field: "settings.key" },
      });
      await expect(service.putSettings(admin, "secretive", { key: "k", times: "2" })).rejects.toMatchObject({
        details: { field: "settings.times" },
      });
      for (const slip of ["Key", "constructor"])
        await expect(service.putSettings(admin, "secretive", { key: "k", [slip]: "hunter2" })).rejects.toMatchObject({
          details: { field: `settings.${slip}` },
        });
      const set = await service.putSettings(admin, "secretive", { key: "hunter2 of the tests" });
      expect(set).toMatchObject({ settings: { times: 2 }, secrets: { key: true } });
      await service.setEnabled(admin, "secretive", true);
      // Left out: kept.
      const kept = await service.putSettings(admin, "secretive", { times: 7 });
      expect(JSON.stringify(kept)).not.toContain("hunter2");
      expect(JSON.stringify(await database.all("SELECT * FROM plugin"))).not.toContain("hunter2");
      service.tell("message", () => message("x"));
      await said("secretive", /times: 7, key: 'hunter2 of the tests'/);
      await expect(service.putSettings(admin, "secretive", { key: null })).rejects.toMatchObject({
        details: { field: "settings.key" },
      });
    });
  });

  describe("what a plugin may do", () => {
    it("is what plugin.json asks for, and within a minute only so much", async () => {
      const code = `export async function message({ message }, ctx) {
        const tried = async (name, work) => {
          try { ctx.log(name, JSON.stringify(await work())); } catch (error) { ctx.log(name, error.code, error.message); }
        };
        await tried("send", () => ctx.sendCommand("b", "ping", { a: 1 }));
        await tried("http", () => ctx.http("https://example.org"));
        await tried("bad", () => ctx.sendCommand("b", ""));
        for (const url of ["https://evil.example", "//evil.example", "/\\\\evil.example", "/\\t/evil.example", "javascript:alert(1)", "x"])
          await tried("notify", () => ctx.notify({ to: { role: "admin" }, title: "t", url }));
        if (message.message === "flood") for (let i = 0; i < 130; i++) await ctx.sendCommand("b", "ping").catch((e) => ctx.log(e.code));
      }`;
      actions.sendCommand.mockResolvedValue({ id: "cmd_1", status: "pending" });
      await enable("careful", code, { permissions: ["commands:send", "notify"] });
      service.tell("message", () => message("x"));
      await said("careful", /notify INVALID_INPUT notify: url/);
      expect(await linesOf("careful")).toEqual(
        expect.arrayContaining([
          'info: send {"id":"cmd_1","status":"pending"}',
          expect.stringMatching(/http FORBIDDEN http needs the permission "http"/),
          expect.stringMatching(/bad INVALID_INPUT sendCommand: type/),
        ]),
      );
      expect(actions.sendCommand).toHaveBeenCalledWith("careful", { bot_id: "b", type: "ping", payload: { a: 1 } });
      expect(actions.outbound).not.toHaveBeenCalled();
      service.tell("message", () => message("flood"));
      await said("careful", /RATE_LIMITED/);
      expect(actions.sendCommand).toHaveBeenCalledTimes(120);
    });

    it("is to raise alerts and to say that they are over, which its log tells", async () => {
      const code = `export async function message(_, ctx) {
        const tried = async (name, alert) => {
          try { ctx.log(name, JSON.stringify(await ctx.alert(alert))); } catch (error) { ctx.log(name, error.code, error.message); }
        };
        await tried("raised", { message: "It burns", group: "fire" });
        await tried("over", { group: "fire", resolve: true });
        await tried("nothing", { group: "water", resolve: true });
        await tried("empty", {});
        await tried("which", { resolve: true });
        await tried("level", { level: "loud", message: "x" });
        await tried("end");
      }`;
      actions.raiseAlert.mockResolvedValue({ alert_id: "alert_1", state: "firing", count: 2 });
      actions.resolveAlert.mockImplementation(async (_, group) =>
        group === "fire" ? { alert_id: "alert_1", state: "resolved", count: 2 } : null,
      );
      await enable("alarming", code, { permissions: ["alerts:raise"] });
      service.tell("message", () => message("x"));
      await said("alarming", /end INVALID_INPUT/);
      expect((await linesOf("alarming")).reverse().slice(1)).toEqual([
        "info: Raised a warning alert (alert_1, 2 times by now): It burns",
        'info: raised {"alert_id":"alert_1","state":"firing","count":2}',
        "info: Resolved the alert alert_1",
        'info: over {"alert_id":"alert_1","state":"resolved","count":2}',
        "info: nothing null",
        "info: empty INVALID_INPUT alert: message: is needed",
        "info: which INVALID_INPUT alert: group: is needed to say what is over",
        expect.stringMatching(/level INVALID_INPUT alert: level: /),
        "info: end INVALID_INPUT alert: message: is needed",
      ]);
      expect(actions.raiseAlert.mock.calls).toEqual([
        ["alarming", { level: "warning", message: "It burns", group: "fire" }],
      ]);
      await enable("silent", code, { permissions: ["notify"] });
      service.tell("message", () => message("x"));
      await said("silent", /raised FORBIDDEN alert needs the permission "alerts:raise"/);
      expect(actions.raiseAlert).toHaveBeenCalledTimes(2);
    });

    it("is not told what happens on the server when that is the server's fault", async () => {
      actions.notify.mockRejectedValue(new Error("the secret of the database"));
      const code =
        'export const message = (_, ctx) => ctx.notify({ to: "all", title: "t" }).catch((e) => ctx.log("got", e.code, e.message));';
      await enable("curious", code, { permissions: ["notify"] });
      service.tell("message", () => message("x"));
      await said("curious", /got INTERNAL_ERROR notify failed on the server/);
    });

    it("is not told of what it did itself, and others are", async () => {
      actions.sendCommand.mockImplementation(async () => {
        service.tell("command_queued", () => ({ command: { id: "cmd_1" } }) as never);
        return { id: "cmd_1", status: "pending" };
      });
      const sends =
        'export const message = (_, ctx) => ctx.sendCommand("b", "ping"); export const command_queued = (_, ctx) => ctx.log("heard");';
      await enable("sender", sends, { hooks: ["message", "command_queued"], permissions: ["commands:send"] });
      await enable("other", 'export const command_queued = (_, ctx) => ctx.log("heard");', {
        hooks: ["command_queued"],
      });
      service.tell("message", () => message("x"));
      await said("other", /heard/);
      await eventually(async () => expect((await plugin("sender")).stats).toMatchObject({ calls: 1, queued: 0 }));
      expect(await linesOf("sender")).toEqual(["info: Started version 1.0.0"]);
    });

    it("hears only of the logs it asked for", async () => {
      const code = "export const log = ({ log }, ctx) => ctx.log(log.message);";
      await enable("reader", code, { hooks: ["log"], log_types: ["error"] });
      for (const type of ["info", "error", "warning"])
        service.tell("log", () => ({ log: { message: type } }) as never, type);
      await said("reader", /error/);
      expect((await plugin("reader")).stats).toMatchObject({ queued: 0 });
      expect(await linesOf("reader")).toEqual(["info: error", "info: Started version 1.0.0"]);
    });

    it("is bounded in what it remembers", async () => {
      const code = `export async function message(_, { store, log }) {
        await store.set("huge", "x".repeat(20000)).catch((e) => log("huge", e.message));
        await store.set("odd\\u0000", 1).catch((e) => log("odd", e.message));
        for (let i = 0; i < 256; i++) await store.set("k" + i, { i });
        await store.set("one more", 1).catch((e) => log("full", e.message));
        await store.set("k0", "again");
        await store.delete("k1");
        log("done", await store.get("k0"), await store.get("k1"), (await store.keys()).length);
      }`;
      await enable("hoarder", code);
      service.tell("message", () => message("x"));
      await said("hoarder", /done again null 255/);
      expect((await linesOf("hoarder")).join("\n")).toMatch(
        /full A plugin may keep 256 values[\s\S]*odd [\s\S]*huge A value may have 16384/,
      );
    });

    it("reaches neither files nor processes nor the network nor the server's environment", async () => {
      const code = `
        import { execSync } from "node:child_process";
        import { readFileSync, writeFileSync } from "node:fs";
        import http from "node:http";
        import { connect } from "node:net";
        import { Worker } from "node:worker_threads";
        export async function message(_, ctx) {
          const tries = {
            read: () => readFileSync("/etc/passwd"),
            write: () => writeFileSync(new URL("./mine", import.meta.url), "x"),
            run: () => execSync("id"),
            thread: () => new Worker("1", { eval: true }),
            kill: () => process.kill(process.ppid, 0),
            net: () => connect(80, "127.0.0.1"),
            http: () => new Promise((_, reject) => http.get("http://127.0.0.1:1").on("error", reject)),
            fetch: () => fetch("http://127.0.0.1:1"),
          };
          for (const [name, one] of Object.entries(tries))
            try { await one(); ctx.log(name, "went through"); } catch (error) { ctx.log(name, "refused"); }
          ctx.log("environment", Object.keys(process.env).join());
          ctx.log("own", readFileSync(new URL("./plugin.json", import.meta.url), "utf8").length > 0);
        }`;
      await enable("prisoner", code);
      service.tell("message", () => message("x"));
      await said("prisoner", /own true/);
      const lines = (await linesOf("prisoner")).reverse().slice(1);
      expect(lines).toEqual([
        ...["read", "write", "run", "thread", "kill", "net", "http", "fetch"].map((name) => `info: ${name} refused`),
        "info: environment NODE_ENV",
        "info: own true",
      ]);
    });
  });

  describe("a plugin that misbehaves hurts nobody", () => {
    /** Beside it a good one must be told everything. */
    const good = () => enable("good", "export const message = ({ message }, ctx) => ctx.log(message.message);");

    it("one that throws is counted, said to its log, and disabled when it does nothing else", async () => {
      await good();
      await enable(
        "thrower",
        'export const message = ({ message }) => { if (message.message === "bad") throw new TypeError("oh no"); };',
      );
      for (const text of ["bad", "fine", "bad"]) service.tell("message", () => message(text));
      await eventually(async () => expect((await plugin("thrower")).stats).toMatchObject({ calls: 3, errors: 2 }));
      expect(await plugin("thrower")).toMatchObject({
        state: "running",
        stats: { last_error: { message: expect.stringMatching(/^message: TypeError: oh no \(index\.mjs:1/) } },
      });
      for (let time = 0; time < 10; time++) service.tell("message", () => message("bad"));
      await eventually(async () =>
        expect(await plugin("thrower")).toMatchObject({
          enabled: false,
          state: "disabled",
          problem: expect.stringMatching(/^Disabled: it failed 10 times in a row; the last: message: TypeError: oh no/),
        }),
      );
      expect(emit).toHaveBeenLastCalledWith("plugin.changed", { name: "thrower", change: "disabled", by: null });
      await said("good", /fine/);
      // A person enabling it again wipes the slate.
      expect(await service.setEnabled(admin, "thrower", true)).toMatchObject({ state: "running", problem: null });
    });

    it.each([
      ["waits for ever", "await new Promise(() => {})", /message took longer than 2 s/],
      ["loops for ever", "for (;;);", /message took longer than 2 s/],
      ["ends its process", "process.exit(7)", /ended with code 7/],
      [
        "throws where nobody listens",
        'setTimeout(() => { throw new Error("later") }); await new Promise((r) => setTimeout(r, 100))',
        /Error: later/,
      ],
      [
        "fills its heap with objects",
        "const a = []; for (;;) a.push({ x: Math.random() })",
        /ran out of its 64 MB of memory/,
      ],
      ["fills its heap with one list", "const a = []; for (;;) a.push(1.1)", /ran out of its 64 MB of memory/],
      [
        "fills the machine with buffers",
        "const a = []; for (;;) { a.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 5)) }",
        /more than 256 MB/,
      ],
    ])("one that %s is ended and started again, and the rest goes on", async (_, code, why) => {
      await service.stop();
      // A long limit for the other tests, which must pass on a busy machine.
      service = open1({ hookMs: /longer/.test(String(why)) ? 2_000 : 30_000 });
      await service.start();
      await good();
      await enable(
        "villain",
        `export async function message({ message }, ctx) { if (message.message === "bad") { ${code} } ctx.log("alive"); }`,
      );
      service.tell("message", () => message("bad"));
      service.tell("message", () => message("after"));
      await said("villain", why);
      await said("villain", /info: alive/);
      await said("good", /after/);
      expect((await plugin("villain")).stats).toMatchObject({ restarts: 1, errors: expect.any(Number) });
      expect(await plugin("villain")).toMatchObject({ enabled: true, state: "running" });
    });

    it("one that ends again and again is given up", async () => {
      await enable("dying", "export async function message() { process.exit(1) }");
      for (let time = 0; time < 8; time++) service.tell("message", () => message("x"));
      await eventually(async () =>
        expect(await plugin("dying")).toMatchObject({
          enabled: false,
          problem: expect.stringMatching(/ended with code 1/),
        }),
      );
    });

    it("one that is slow loses facts, counted, and no more than so many wait", async () => {
      await service.stop();
      service = open1({ queueMax: 10 });
      await service.start();
      await enable("slow", "export const message = () => new Promise(() => {});");
      for (let time = 0; time < 100; time++) service.tell("message", () => message("x"));
      // One is at work.
      expect((await plugin("slow")).stats).toMatchObject({ queued: 10, dropped: 89 });
      await said("slow", /too slow: 10 facts wait/);
    });

    it("one that floods its log is read only so fast, and keeps to its share of it", async () => {
      await good();
      const code = `import { writeSync } from "node:fs";
        export function message(_, ctx) {
          for (let i = 0; i < 100000; i++) ctx.log("spam");
          const line = JSON.stringify({ log: "info", message: "straight" }) + "\\n";
          for (let i = 0; i < 2000; i++) try { writeSync(3, line); } catch {}
        }`;
      await enable("flooder", code);
      service.tell("message", () => message("hello"));
      await said("good", /hello/);
      await said("flooder", /spam/);
      await eventually(async () => expect((await plugin("flooder")).stats.time_ms).toBeGreaterThan(0));
      expect((await linesOf("flooder")).length).toBeLessThanOrEqual(LINES_KEPT);
    });

    it("one that speaks out of turn is ended", async () => {
      const code =
        'import { writeSync } from "node:fs"; export const message = () => { writeSync(3, "nonsense\\n"); };';
      await enable("babbler", code);
      service.tell("message", () => message("x"));
      await said("babbler", /something that is not of the protocol/);
    });

    it("what it rejects and forgets is an error of its own, not an end", async () => {
      await enable("careless", 'export const message = () => { void Promise.reject(new Error("forgotten")); };');
      service.tell("message", () => message("x"));
      await said("careless", /error: unhandled rejection: Error: forgotten/);
      expect(await plugin("careless")).toMatchObject({ state: "running", stats: { restarts: 0 } });
    });
  });

  it("keeps the newest lines of the log, and pages through them", async () => {
    const store = createPluginStore();
    write("talker", "export const message = () => {};");
    const lines = Array.from({ length: 1100 }, (_, at) => ({
      plugin: "talker",
      level: "info" as const,
      message: `${at}`,
      at,
    }));
    await store.addLines(lines.slice(0, 600));
    await store.addLines(lines.slice(600));
    const first = await service.lines(admin, "talker", { limit: 400 });
    expect(first.lines[0]!.message).toBe("1099");
    const second = await service.lines(admin, "talker", { limit: 400, cursor: first.next_cursor! });
    const third = await service.lines(admin, "talker", { limit: 400, cursor: second.next_cursor! });
    expect([third.lines.at(-1)!.message, third.next_cursor]).toEqual(["100", null]);
  });

  it("another process follows what one did", async () => {
    const other = open1();
    await other.start();
    const code = 'export const message = (_, ctx) => ctx.log(ctx.settings.word ?? "none");';
    await enable("shared", code, { settings: { type: "object", properties: { word: { type: "string" } } } });
    await other.follow("shared", "enabled");
    expect((await other.list(admin))[0]).toMatchObject({ enabled: true, state: "running" });
    await service.putSettings(admin, "shared", { word: "from the first" });
    await other.follow("shared", "settings");
    other.tell("message", () => message("x"));
    await eventually(async () => {
      const { lines } = await other.lines(admin, "shared", { limit: 1 });
      expect(lines[0]!.message).toBe("from the first");
    });
    await service.setEnabled(admin, "shared", false);
    await other.follow("shared", "disabled");
    expect((await other.list(admin))[0]).toMatchObject({ enabled: false, state: "disabled" });

    // Simulates a fact that Redis lost.
    await service.setEnabled(admin, "shared", true);
    await other.catchUp();
    expect((await other.list(admin))[0]).toMatchObject({ enabled: true, state: "running" });
    await service.setEnabled(admin, "shared", false);
    await other.catchUp();
    expect((await other.list(admin))[0]).toMatchObject({ enabled: false, state: "disabled" });
  });
});
