/** The calls of plugins: they do what plugin.json asks for, within limits, and nothing else. */

import { describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { databases } from "@/tests/db/databases";
import { admin, message, pluginRoom } from "@/tests/db/plugins";
import { eventually } from "@/tests/eventually";

const _as = (role: UserActor["role"], scope: UserActor["scope"] = "admin") => ({ ...admin, role, scope });

describe.each(databases)("what a plugin may do on $provider", (provider) => {
  const room = pluginRoom(provider);

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
    room.actions.sendCommand.mockResolvedValue({ id: "cmd_1", status: "pending" });
    await room.enable("careful", code, { permissions: ["commands:send", "notify"] });
    room.service.tell("message", () => message("x"));
    await room.said("careful", /notify INVALID_INPUT notify: url/);
    expect(await room.linesOf("careful")).toEqual(
      expect.arrayContaining([
        'info: send {"id":"cmd_1","status":"pending"}',
        expect.stringMatching(/http FORBIDDEN http needs the permission "http"/),
        expect.stringMatching(/bad INVALID_INPUT sendCommand: type/),
      ]),
    );
    expect(room.actions.sendCommand).toHaveBeenCalledWith("careful", { bot_id: "b", type: "ping", payload: { a: 1 } });
    expect(room.actions.outbound).not.toHaveBeenCalled();
    room.service.tell("message", () => message("flood"));
    await room.said("careful", /RATE_LIMITED/);
    expect(room.actions.sendCommand).toHaveBeenCalledTimes(120);
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
    room.actions.raiseAlert.mockResolvedValue({ alert_id: "alert_1", state: "firing", count: 2 });
    room.actions.resolveAlert.mockImplementation(async (_, group) =>
      group === "fire" ? { alert_id: "alert_1", state: "resolved", count: 2 } : null,
    );
    await room.enable("alarming", code, { permissions: ["alerts:raise"] });
    room.service.tell("message", () => message("x"));
    await room.said("alarming", /end INVALID_INPUT/);
    expect((await room.linesOf("alarming")).reverse().slice(1)).toEqual([
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
    expect(room.actions.raiseAlert.mock.calls).toEqual([
      ["alarming", { level: "warning", message: "It burns", group: "fire" }],
    ]);
    await room.enable("silent", code, { permissions: ["notify"] });
    room.service.tell("message", () => message("x"));
    await room.said("silent", /raised FORBIDDEN alert needs the permission "alerts:raise"/);
    expect(room.actions.raiseAlert).toHaveBeenCalledTimes(2);
  });

  it("is not told what happens on the server when that is the server's fault", async () => {
    room.actions.notify.mockRejectedValue(new Error("the secret of the database"));
    const code =
      'export const message = (_, ctx) => ctx.notify({ to: "all", title: "t" }).catch((e) => ctx.log("got", e.code, e.message));';
    await room.enable("curious", code, { permissions: ["notify"] });
    room.service.tell("message", () => message("x"));
    await room.said("curious", /got INTERNAL_ERROR notify failed on the server/);
  });

  it("is not told of what it did itself, and others are", async () => {
    room.actions.sendCommand.mockImplementation(async () => {
      room.service.tell("command_queued", () => ({ command: { id: "cmd_1" } }) as never);
      return { id: "cmd_1", status: "pending" };
    });
    const sends =
      'export const message = (_, ctx) => ctx.sendCommand("b", "ping"); export const command_queued = (_, ctx) => ctx.log("heard");';
    await room.enable("sender", sends, { hooks: ["message", "command_queued"], permissions: ["commands:send"] });
    await room.enable("other", 'export const command_queued = (_, ctx) => ctx.log("heard");', {
      hooks: ["command_queued"],
    });
    room.service.tell("message", () => message("x"));
    await room.said("other", /heard/);
    await eventually(async () => expect((await room.plugin("sender")).stats).toMatchObject({ calls: 1, queued: 0 }));
    expect(await room.linesOf("sender")).toEqual(["info: Started version 1.0.0"]);
  });

  it("hears only of the logs it asked for", async () => {
    const code = "export const log = ({ log }, ctx) => ctx.log(log.message);";
    await room.enable("reader", code, { hooks: ["log"], log_types: ["error"] });
    for (const type of ["info", "error", "warning"])
      room.service.tell("log", () => ({ log: { message: type } }) as never, type);
    await room.said("reader", /error/);
    expect((await room.plugin("reader")).stats).toMatchObject({ queued: 0 });
    expect(await room.linesOf("reader")).toEqual(["info: error", "info: Started version 1.0.0"]);
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
    await room.enable("hoarder", code);
    room.service.tell("message", () => message("x"));
    await room.said("hoarder", /done again null 255/);
    expect((await room.linesOf("hoarder")).join("\n")).toMatch(
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
    await room.enable("prisoner", code);
    room.service.tell("message", () => message("x"));
    await room.said("prisoner", /own true/);
    const lines = (await room.linesOf("prisoner")).reverse().slice(1);
    expect(lines).toEqual([
      ...["read", "write", "run", "thread", "kill", "net", "http", "fetch"].map((name) => `info: ${name} refused`),
      "info: environment NODE_ENV",
      "info: own true",
    ]);
  });
});
