/** The policy that demands a second factor, and the limits of sessions. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { aPasskey } from "@/tests/passkey";
import { hasSecondFactor } from "../joins";
import { createFactorPolicy } from "./policy";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REQUIRED = { code: "SECOND_FACTOR_SETUP_REQUIRED", status: 403, details: { path: "/account" } };

describe.each(databases)("the security policy on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const again = async (sessionToken: string) => {
    world.identity.forget({ user_id: 0 });
    return world.identity.bySessionToken(sessionToken);
  };

  it.each([
    ["none", []],
    ["admins", ["admin"]],
    ["staff", ["moderator", "admin"]],
    ["everyone", ["user", "moderator", "admin"]],
  ] as const)("%s: demands a second factor of the roles %j", async (rule, roles) => {
    world.policy.require_second_factor = rule;
    const refused: string[] = [];
    for (const role of ["user", "moderator", "admin"] as const) {
      const { actor } = await world.someone(role);
      await world.secondFactor.demandSecondFactor(actor, "listBots").catch((error) => {
        expect(error).toMatchObject(REQUIRED);
        refused.push(role);
      });
      for (const operation of ["getMe", "startSecondFactor", "addPasskey", "logout"])
        await world.secondFactor.demandSecondFactor(actor, operation);
    }
    expect(refused).toEqual(roles);
  });

  it("is met by a passkey at once, even for an actor that was cached before it", async () => {
    const { actor, id, sessionToken } = await world.someone();
    world.policy.require_second_factor = "everyone";
    await expect(world.secondFactor.demandSecondFactor(actor, "listBots")).rejects.toMatchObject(REQUIRED);
    expect(await hasSecondFactor(id)).toBe(false);
    const key = aPasskey("https://bots.example.org");
    await world.secondFactor.addPasskey(actor, key.create(await world.secondFactor.startPasskey(actor)));
    await world.secondFactor.demandSecondFactor(actor, "listBots");
    expect(await hasSecondFactor(id)).toBe(true);
    world.identity.forget(actor);
    expect(await world.identity.bySessionToken(sessionToken)).toMatchObject({ has_second_factor: true });
  });

  it("never stops API keys and bots", async () => {
    const { actor } = await world.someone("admin");
    const { secret } = await world.own.createKey(actor, { name: "k", scope: "admin", expires_in_days: 1 });
    world.policy.require_second_factor = "everyone";
    const key = (await world.identity.byBearer(secret))!;
    const bot = { kind: "bot", bot_id: "b", owner_id: actor.user_id, team_id: null, unclaimed: false } as const;
    for (const caller of [key, bot]) await world.secondFactor.demandSecondFactor(caller, "listBots");
  });

  it("reads nothing for those whom the rule does not concern, or who have a factor", async () => {
    const read: string[] = [];
    const rule = { require_second_factor: "admins" as const };
    const { lacksSecondFactor } = createFactorPolicy({
      policy: async () => rule,
      proofs: {
        async find(sessionId) {
          read.push(sessionId);
          return null;
        },
      },
    });
    const [{ actor }, { actor: admin }] = [await world.someone(), await world.someone("admin")];
    expect(await lacksSecondFactor(actor)).toBe(false);
    expect(await lacksSecondFactor({ ...admin, has_second_factor: true })).toBe(false);
    expect(read).toEqual([]);
    await lacksSecondFactor({ ...admin, role: "admin" });
    expect(read).toEqual([admin.session_id]);
  });

  it("ends a session that was not used for the idle time, by cookie and by JWT", async () => {
    const { sessionToken, jwt, username } = await world.someone();
    world.policy.session_idle_hours = 2;
    world.clock.at += 2 * HOUR_MS - 1;
    expect(await world.identity.bySessionToken(sessionToken)).toMatchObject({ username });
    await world.settled();
    world.clock.at += 2 * HOUR_MS - 1;
    expect(await world.identity.bySessionToken(sessionToken)).toMatchObject({ username });
    world.clock.at += 4 * HOUR_MS;
    expect([await world.identity.bySessionToken(sessionToken), await world.identity.byBearer(jwt)]).toEqual([
      null,
      null,
    ]);
  });

  it("ends a session some days after the sign-in, also one that was renewed, and lists when", async () => {
    const { actor, username } = await world.someone();
    const signedIn = world.clock.at;
    world.policy.session_max_days = 2;
    world.clock.at += DAY_MS;
    const { sessionToken } = await world.signIn.refresh(actor, CLIENT);
    const renewed = (await again(sessionToken))!;
    expect(renewed).toMatchObject({ username });
    const { sessions } = await world.own.listSessions(renewed);
    expect(sessions.map(({ expires_at }) => expires_at)).toContain(new Date(signedIn + 2 * DAY_MS).toISOString());
    world.clock.at = signedIn + 2 * DAY_MS;
    expect(await again(sessionToken)).toBeNull();
    await world.signIn.login({ username, password: PASSWORD }, CLIENT);
  });
});
