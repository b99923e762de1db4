/** Background services: their order, and what a restart answers. */
import { describe, expect, it } from "vitest";
import type { Actor, Role } from "@/lib/core/actor";
import { createServices } from "./services";

const actor = (role: Role): Actor => ({
  ...{ kind: "user", user_id: 1, username: "ada", email: "", fullname: "", role, scope: "admin", created_at: "" },
});
const admin = actor("admin");

function aRegistry() {
  const announced: string[] = [];
  const facts: string[] = [];
  const services = createServices({ emit: (name) => void facts.push(name), now: () => 0, stopMs: 20 });
  type Over = { start?: () => Promise<void>; stop?: () => Promise<void>; wanted?: () => Promise<boolean> };
  const add = (name: string, over: Over = {}) =>
    services.register(name, {
      describe: name,
      wanted: over.wanted,
      start: () => {
        announced.push(`start ${name}`);
        return over.start?.();
      },
      stop: () => {
        announced.push(`stop ${name}`);
        return over.stop?.();
      },
    });
  return { services, announced, facts, add };
}

describe("services", () => {
  it("end in the opposite order, one that fails included", async () => {
    const { services, announced, add } = aRegistry();
    add("a");
    add("b", { stop: () => Promise.reject(new Error("no")) });
    await services.startAll();
    expect(services.list(admin).map((one) => one.state)).toEqual(["running", "running"]);
    await services.stopAll();
    expect(announced).toEqual(["start a", "start b", "stop b", "stop a"]);
    expect(services.list(admin).map((one) => one.state)).toEqual(["stopped", "stopped"]);
  });

  it("run only while they are wanted, and are switched on and off without a restart of the others", async () => {
    const { services, announced, add } = aRegistry();
    let wanted = false;
    add("a");
    add("b", { wanted: async () => wanted });
    await services.review();
    await services.startAll();
    expect(services.states()).toEqual([{ name: "a", up: true }]);
    expect(await services.restart(admin, "b")).toEqual({
      success: false,
      message: "Service b is turned off (settings: features)",
    });
    wanted = true;
    await services.review();
    await services.review();
    wanted = false;
    await services.review();
    await services.stopAll();
    wanted = true;
    await services.review();
    expect(announced).toEqual(["start a", "start b", "stop b", "stop a"]);
  });

  it("restart by name, in every process; who asks meanwhile shares it", async () => {
    const { services, announced, facts, add } = aRegistry();
    add("a");
    await services.startAll();
    const [one, two] = await Promise.all([services.restart(admin, "a"), services.restart(admin, "a")]);
    expect([one, two]).toEqual(Array(2).fill({ success: true, message: "Service a restarted successfully" }));
    expect(announced).toEqual(["start a", "stop a", "start a"]);
    expect(facts).toEqual(["service.restart", "service.restart"]);
    expect(services.list(admin)).toMatchObject([{ name: "a", restarts: 1, error: null }]);
    services.follow("a");
    services.follow("nothing");
    await services.stopAll();
    expect(announced.slice(3)).toEqual(["stop a", "start a", "stop a"]);
  });

  it("are not begun by a restart while all of them rest", async () => {
    const { services, announced, facts, add } = aRegistry();
    add("a");
    await services.startAll();
    await services.stopAll();
    services.follow("a");
    expect(await services.restart(admin, "a")).toMatchObject({ success: false });
    expect([announced, facts]).toEqual([["start a", "stop a"], []]);
    await services.startAll();
    expect(await services.restart(admin, "a")).toMatchObject({ success: true });
  });

  it("say so when they do not end or begin, and can be tried again", async () => {
    const { services, add } = aRegistry();
    let broken = true;
    add("hangs", { stop: () => new Promise(() => {}) });
    await services.startAll();
    add("breaks", { start: () => (broken ? Promise.reject(new Error("no port")) : Promise.resolve()) });
    expect(await services.restart(admin, "hangs")).toMatchObject({ success: false });
    const answer = await services.restart(admin, "breaks");
    expect([answer.success, answer.message]).toEqual([false, expect.not.stringContaining("no port")]);
    expect(services.list(admin)).toMatchObject([
      { state: "failed", error: "it did not stop within 0.02 s" },
      { state: "failed", error: "no port" },
    ]);
    broken = false;
    expect(await services.restart(admin, "breaks")).toMatchObject({ success: true });
  });

  it("are admins' alone, and an unknown name is answered with those there are", async () => {
    const { services, announced, add } = aRegistry();
    add("a");
    await expect(services.restart(actor("moderator"), "a")).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(() => services.list(actor("user"))).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
    await expect(services.restart(admin, "celery_worker")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: 'There is no service "celery_worker"; there are: a',
    });
    expect(announced).toEqual([]);
  });
});
