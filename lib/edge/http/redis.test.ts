/** Redis between processes, with a real server that is killed midway: facts, membership, budgets. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { eventually } from "@/tests/eventually";
import { aRedis, type TestRedis } from "@/tests/redis";

let server: TestRedis;
beforeAll(async () => {
  server = await aRedis();
  await server.start();
  process.env.REDIS_URL = server.url;
});
afterAll(() => server.close());

/** The modules as one process has them. */
async function aProcess() {
  vi.resetModules();
  const [{ bus }, limits] = [await import("@/lib/core/bus"), await import("./rate-limit")];
  await bus.connect();
  return { bus, ...limits };
}

describe("two processes", () => {
  it("hear each other's facts, in order and once, and not those of another installation", async () => {
    const [a, b] = [await aProcess(), await aProcess()];
    process.env.SECRET_KEY = "the secret key of another installation";
    const other = await aProcess();
    process.env.SECRET_KEY = "the secret key of the unit tests";
    const [heard, stranger] = [vi.fn(), vi.fn()];
    b.bus.on("user.deleted", ({ user_id }, { remote }) => heard(user_id, remote));
    other.bus.on("user.deleted", stranger);
    const sent = Array.from({ length: 500 }, (_, id) => id);
    for (const user_id of sent) a.bus.emit("user.deleted", { user_id });
    b.bus.emit("user.deleted", { user_id: -1 });
    await eventually(() => expect(heard).toHaveBeenCalledTimes(501));
    expect(heard.mock.calls.filter(([, remote]) => remote).map(([id]) => id)).toEqual(sent);
    expect(stranger).not.toHaveBeenCalled();
    for (const one of [a, b, other]) await one.bus.close();
  });

  it("know of one another, add figures up, and hear of a good-bye", async () => {
    const a = await aProcess();
    const [joined, left] = [vi.fn(), vi.fn()];
    a.bus.on("bus.joined", joined);
    a.bus.on("bus.left", left);
    a.bus.share("clients", () => 2);
    const b = await aProcess();
    await eventually(() => expect(joined).toHaveBeenCalledTimes(1));
    b.bus.share("clients", () => 3);
    await eventually(() => expect([a.bus.total("clients"), b.bus.total("clients")]).toEqual([5, 5]));
    await b.bus.close();
    await eventually(() => expect(left.mock.calls).toEqual(joined.mock.calls));
    expect(a.bus.total("clients")).toBe(2);
    await a.bus.close();
  });

  it("say that facts were missed when Redis was away, join anew, and lose nothing of their own", async () => {
    const [a, b] = [await aProcess(), await aProcess()];
    const [gaps, joined, own] = [vi.fn(), vi.fn(), vi.fn()];
    for (const { bus } of [a, b]) bus.on("bus.gap", () => gaps(bus));
    a.bus.on("bus.joined", joined);
    a.bus.on("user.deleted", own);
    await eventually(() => expect(joined).toHaveBeenCalledTimes(1));
    await server.kill();
    await expect(a.bus.reach()).rejects.toThrow();
    a.bus.emit("user.deleted", { user_id: 1 });
    expect(own).toHaveBeenCalledTimes(1);
    await server.start();
    await eventually(() => {
      expect(new Set(gaps.mock.calls.map(([bus]) => bus)).size).toBe(2);
      expect(joined.mock.calls.length).toBeGreaterThan(1);
    });
    const heard = vi.fn();
    b.bus.on("user.deleted", heard);
    a.bus.emit("user.deleted", { user_id: 2 });
    await eventually(() => expect(heard).toHaveBeenCalledTimes(1));
    expect(await a.bus.reach()).toBe("on");
    for (const { bus } of [a, b]) await bus.close();
  });
});

describe("budgets over two processes", () => {
  it("are exact where they are tight, even at once, and tell both the same state", async () => {
    const [a, b] = [await aProcess(), await aProcess()];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, call) => [a, b][call % 2]!.consumeBudget("mltb", "caller")),
    );
    expect(answers.filter(([, refusal]) => !refusal)).toHaveLength(60);
    const left = answers.filter(([, refusal]) => !refusal).map(([{ remaining }]) => remaining);
    expect(left.sort((x, y) => x - y)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    const [state, refusal] = await a.consumeBudget("mltb", "caller");
    expect(refusal).toMatchObject({ code: "RATE_LIMITED" });
    const [other] = await b.consumeBudget("mltb", "caller");
    expect(Math.abs(other.reset - state.reset)).toBeLessThanOrEqual(1);
    for (const { bus } of [a, b]) await bus.close();
  });

  it("are overdrawn by an eighth at most where they are wide", async () => {
    const [a, b] = [await aProcess(), await aProcess()];
    let taken = 0;
    const spend = ({ countRequest }: typeof a) => {
      try {
        countRequest("talk", "caller");
        taken++;
      } catch {}
    };
    // Slower than SHARE_MS, as people write.
    for (let round = 0; round < 40; round++) {
      for (const one of [a, b]) for (let call = 0; call < 5; call++) spend(one);
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(taken).toBeGreaterThanOrEqual(120);
    expect(taken).toBeLessThanOrEqual(120 + 2 * 15 + 10);
    for (const { bus } of [a, b]) await bus.close();
  });

  it("hold within each process while Redis is away, and together again when it is back", async () => {
    const [a, b] = [await aProcess(), await aProcess()];
    await server.kill();
    const alone = [];
    for (let call = 0; call < 61; call++) alone.push((await a.consumeBudget("mltb", "lonely"))[1]);
    expect(alone.map(Boolean)).toEqual([...Array.from({ length: 60 }, () => false), true]);
    expect((await b.consumeBudget("mltb", "lonely"))[1]).toBeUndefined();
    await server.start();
    for (const { bus } of [a, b]) await eventually(async () => expect(await bus.reach()).toBe("on"));
    const answers = [];
    for (let call = 0; call < 70; call++) answers.push((await [a, b][call % 2]!.consumeBudget("mltb", "again"))[1]);
    expect(answers.filter(Boolean)).toHaveLength(10);
    for (const { bus } of [a, b]) await bus.close();
  });
});
