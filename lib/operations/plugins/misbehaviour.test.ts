/** Plugins that fail, loop or flood hurt nobody: they are counted, slowed down and given up. */

import { describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import { databases } from "@/tests/db/databases";
import { admin, message, pluginRoom } from "@/tests/db/plugins";
import { eventually } from "@/tests/eventually";
import { LINES_KEPT } from "./store.log";

const _as = (role: UserActor["role"], scope: UserActor["scope"] = "admin") => ({ ...admin, role, scope });

describe.each(databases)("a plugin that misbehaves on $provider", (provider) => {
  const room = pluginRoom(provider);

  /** Beside it a good one must be told everything. */
  const good = () => room.enable("good", "export const message = ({ message }, ctx) => ctx.log(message.message);");

  it("one that throws is counted, said to its log, and disabled when it does nothing else", async () => {
    await good();
    await room.enable(
      "thrower",
      'export const message = ({ message }) => { if (message.message === "bad") throw new TypeError("oh no"); };',
    );
    for (const text of ["bad", "fine", "bad"]) room.service.tell("message", () => message(text));
    await eventually(async () => expect((await room.plugin("thrower")).stats).toMatchObject({ calls: 3, errors: 2 }));
    expect(await room.plugin("thrower")).toMatchObject({
      state: "running",
      stats: { last_error: { message: expect.stringMatching(/^message: TypeError: oh no \(index\.mjs:1/) } },
    });
    for (let time = 0; time < 10; time++) room.service.tell("message", () => message("bad"));
    await eventually(async () =>
      expect(await room.plugin("thrower")).toMatchObject({
        enabled: false,
        state: "disabled",
        problem: expect.stringMatching(/^Disabled: it failed 10 times in a row; the last: message: TypeError: oh no/),
      }),
    );
    expect(room.emit).toHaveBeenLastCalledWith("plugin.changed", { name: "thrower", change: "disabled", by: null });
    await room.said("good", /fine/);
    // A person enabling it again wipes the slate.
    expect(await room.service.setEnabled(admin, "thrower", true)).toMatchObject({ state: "running", problem: null });
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
    await room.service.stop();
    // A long limit for the other tests, which must pass on a busy machine.
    room.service = room.anotherService({ hookMs: /longer/.test(String(why)) ? 2_000 : 30_000 });
    await room.service.start();
    await good();
    await room.enable(
      "villain",
      `export async function message({ message }, ctx) { if (message.message === "bad") { ${code} } ctx.log("alive"); }`,
    );
    room.service.tell("message", () => message("bad"));
    room.service.tell("message", () => message("after"));
    await room.said("villain", why);
    await room.said("villain", /info: alive/);
    await room.said("good", /after/);
    expect((await room.plugin("villain")).stats).toMatchObject({ restarts: 1, errors: expect.any(Number) });
    expect(await room.plugin("villain")).toMatchObject({ enabled: true, state: "running" });
  });

  it("one that ends again and again is given up", async () => {
    await room.enable("dying", "export async function message() { process.exit(1) }");
    for (let time = 0; time < 8; time++) room.service.tell("message", () => message("x"));
    await eventually(async () =>
      expect(await room.plugin("dying")).toMatchObject({
        enabled: false,
        problem: expect.stringMatching(/ended with code 1/),
      }),
    );
  });

  it("one that is slow loses facts, counted, and no more than so many wait", async () => {
    await room.service.stop();
    room.service = room.anotherService({ queueMax: 10 });
    await room.service.start();
    await room.enable("slow", "export const message = () => new Promise(() => {});");
    for (let time = 0; time < 100; time++) room.service.tell("message", () => message("x"));
    // One is at work.
    expect((await room.plugin("slow")).stats).toMatchObject({ queued: 10, dropped: 89 });
    await room.said("slow", /too slow: 10 facts wait/);
  });

  it("one that floods its log is read only so fast, and keeps to its share of it", async () => {
    await good();
    const code = `import { writeSync } from "node:fs";
      export function message(_, ctx) {
        for (let i = 0; i < 100000; i++) ctx.log("spam");
        const line = JSON.stringify({ log: "info", message: "straight" }) + "\\n";
        for (let i = 0; i < 2000; i++) try { writeSync(3, line); } catch {}
      }`;
    await room.enable("flooder", code);
    room.service.tell("message", () => message("hello"));
    await room.said("good", /hello/);
    await room.said("flooder", /spam/);
    await eventually(async () => expect((await room.plugin("flooder")).stats.time_ms).toBeGreaterThan(0));
    expect((await room.linesOf("flooder")).length).toBeLessThanOrEqual(LINES_KEPT);
  });

  it("one that speaks out of turn is ended", async () => {
    const code = 'import { writeSync } from "node:fs"; export const message = () => { writeSync(3, "nonsense\\n"); };';
    await room.enable("babbler", code);
    room.service.tell("message", () => message("x"));
    await room.said("babbler", /something that is not of the protocol/);
  });

  it("what it rejects and forgets is an error of its own, not an end", async () => {
    await room.enable("careless", 'export const message = () => { void Promise.reject(new Error("forgotten")); };');
    room.service.tell("message", () => message("x"));
    await room.said("careless", /error: unhandled rejection: Error: forgotten/);
    expect(await room.plugin("careless")).toMatchObject({ state: "running", stats: { restarts: 0 } });
  });
});
