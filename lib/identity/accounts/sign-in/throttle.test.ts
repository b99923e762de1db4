import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";

const MINUTE = 60_000;

describe.each(databases)("failed logins on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const attempt = (username: string, password: string, ip = CLIENT.ip) =>
    world.signIn.login({ username, password }, { ip });
  const fail = (username: string, ip?: string) => attempt(username, "wrong", ip).catch((error) => error);

  it("slow down, then lock for a minute, then for two", async () => {
    const { username } = await world.someone();
    for (let tries = 0; tries < 5; tries++) expect(await fail(username)).toMatchObject({ code: "UNAUTHORIZED" });
    expect(world.slept).toEqual([100, 200, 400, 800, 1600]);
    await expect(attempt(username, PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfter: 60 });
    world.clock.at += MINUTE;
    expect(await fail(username)).toMatchObject({ code: "UNAUTHORIZED" });
    await expect(attempt(username, PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfter: 120 });
    world.clock.at += 2 * MINUTE;
    await expect(attempt(username, PASSWORD)).resolves.toMatchObject({ reply: { success: true } });
    expect(await fail(username)).toMatchObject({ code: "UNAUTHORIZED" });
    expect(world.slept.at(-1)).toBe(100);
  });

  it("lock an unknown account just the same", async () => {
    for (let tries = 0; tries < 5; tries++) await fail("nobody");
    expect(await fail("nobody")).toMatchObject({ code: "RATE_LIMITED", retryAfter: 60 });
  });

  it("of strangers lock the account for their own network alone", async () => {
    const { username } = await world.someone("admin");
    for (let tries = 0; tries < 6; tries++) await fail(username, "203.0.113.5");
    await expect(attempt(username, PASSWORD, "203.0.113.5")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect(attempt(username, PASSWORD, "203.0.113.6")).resolves.toBeTruthy();
    expect(world.locks).toEqual(["pair"]);
  });

  it("count username and e-mail address together", async () => {
    const { username, email } = await world.someone();
    for (const name of [username, email, username.toUpperCase(), ` ${email.toUpperCase()} `, username])
      expect(await fail(name)).toMatchObject({ code: "UNAUTHORIZED" });
    for (const name of [username, email])
      await expect(attempt(name, PASSWORD)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("from many networks lock an account for all but the devices it knows", async () => {
    const { username } = await world.someone();
    const { device } = await attempt(username, PASSWORD);
    const devices = ["nonsense", "a.b", device!];
    for (let tries = 0; tries < 100; tries++) await fail(username, `198.51.${tries}.1`);
    expect(world.locks).toContain("account");
    await expect(attempt(username, PASSWORD, "192.0.2.77")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    const known = { ip: "198.51.1.1", devices };
    const again = await world.signIn.login({ username, password: PASSWORD }, known);
    expect(again.device).toBeUndefined();
    // The device has guesses of its own, and no more than anybody.
    for (let tries = 0; tries < 5; tries++)
      await expect(world.signIn.login({ username, password: "wrong" }, known)).rejects.toBeTruthy();
    const sixth = world.signIn.login({ username, password: PASSWORD }, known);
    await expect(sixth).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("a device is known to its own account, and until the password changes", async () => {
    const [ada, eve] = [await world.someone(), await world.someone()];
    const { device } = await attempt(ada.username, PASSWORD);
    const signIn = (username: string, password = PASSWORD) =>
      world.signIn.login({ username, password }, { ip: CLIENT.ip, devices: [device!] });
    expect((await signIn(ada.username)).device).toBeUndefined();
    expect((await signIn(eve.username)).device).toBeDefined();
    await world.password.change(ada.actor, { old_password: PASSWORD, new_password: `${PASSWORD}, new` });
    expect((await signIn(ada.username, `${PASSWORD}, new`)).device).toBeDefined();
  });

  it("at the sign-in lock nobody's confirmations: a stranger could name any account", async () => {
    const { id, actor } = await world.someone();
    for (let tries = 0; tries < 6; tries++) {
      await fail(`confirm ${id}`);
      await fail(String(id));
    }
    await expect(world.password.confirm(actor, PASSWORD, "password")).resolves.toMatchObject({ id });
  });

  it("get no more guesses by coming all at once", async () => {
    const { username } = await world.someone();
    const codes = (await Promise.all(Array.from({ length: 20 }, () => fail(username)))).map((error) => error.code);
    expect(codes.filter((code) => code === "UNAUTHORIZED")).toHaveLength(5);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(15);
  });

  it("lock an address that tries many accounts, and others not", async () => {
    const { username } = await world.someone();
    for (let tries = 0; tries < 50; tries++) {
      const outcome = await world.throttle.guard(
        { account: { name: `victim${tries}` }, ip: "198.51.100.7" },
        async () => false,
      );
      expect(outcome).toBe(false);
    }
    await expect(attempt(username, PASSWORD, "198.51.100.7")).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await expect(attempt(username, PASSWORD, "198.51.100.8")).resolves.toBeTruthy();
  });

  it("are forgotten after an hour", async () => {
    for (let tries = 0; tries < 4; tries++) await fail("nobody");
    world.clock.at += 61 * MINUTE;
    for (let tries = 0; tries < 4; tries++) expect(await fail("nobody")).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("do not count what was never looked at", async () => {
    for (let tries = 0; tries < 10; tries++) {
      const refused = world.throttle.guard({ account: { name: "ada" }, ip: "192.0.2.9" }, () =>
        Promise.reject(new Error("too busy")),
      );
      await expect(refused).rejects.toThrow("too busy");
    }
    await expect(world.throttle.guard({ account: { name: "ada" }, ip: "192.0.2.9" }, async () => true)).resolves.toBe(
      true,
    );
  });
});
