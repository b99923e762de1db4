import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashToken } from "@/lib/core/secrets";
import { getMe } from "@/lib/identity/accounts/contract";
import { CLIENT, openWorld, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";

const MINUTE = 60_000;
const DAY = 86_400_000;

describe.each(databases)("credentials on $provider", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  it("cookie and JWT stand for the user until the session ends", async () => {
    const { actor, sessionToken, jwt, id } = await world.someone();
    expect(actor).toMatchObject({ kind: "user", user_id: id, role: "user", scope: "admin" });
    expect(await world.identity.byBearer(jwt)).toMatchObject({ user_id: id, session_id: actor.session_id });
    expect(getMe.response.parse(await world.user.me(actor))).toMatchObject({ user: { id }, auth_type: "legacy" });

    await world.signIn.logout(actor);
    expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
    expect(await world.identity.byBearer(jwt)).toBeNull();
    expect(world.facts).toEqual([["access.revoked", { user_id: id, session_id: actor.session_id }]]);
  });

  it("are exchanged for new ones, up to thirty days after the sign-in", async () => {
    const { actor, sessionToken, id } = await world.someone();
    let current = actor;
    for (let week = 0; week < 4; week++) {
      world.clock.at += 6.9 * DAY;
      const next = await world.signIn.refresh(current, CLIENT);
      expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
      const renewed = (await world.identity.bySessionToken(next.sessionToken))!;
      expect(renewed).toMatchObject({ user_id: id });
      expect(renewed.session_id).not.toBe(current.session_id);
      // It cannot be exchanged twice.
      await expect(world.signIn.refresh(current, CLIENT)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
      current = renewed;
    }
    world.clock.at += 2.5 * DAY;
    await expect(world.signIn.refresh(current, CLIENT)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    const key = { ...current, session_id: undefined, key_id: "key_1" };
    await expect(world.signIn.refresh(key, CLIENT)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("end after seven days however often they were used", async () => {
    const { sessionToken, jwt } = await world.someone();
    world.clock.at += 6.9 * DAY;
    expect(await world.identity.bySessionToken(sessionToken)).not.toBeNull();
    expect(await world.identity.byBearer(jwt)).not.toBeNull();
    world.clock.at += 0.2 * DAY;
    expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
    expect(await world.identity.byBearer(jwt)).toBeNull();
  });

  it.each(["", "nonsense", "a.b.c", "mk_unknown", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."])(
    "%j stands for nobody",
    async (token) => {
      await world.someone();
      expect(await world.identity.byBearer(token)).toBeNull();
      expect(await world.identity.bySessionToken(token)).toBeNull();
    },
  );

  it("a JWT signed with another key stands for nobody", async () => {
    const { SignJWT } = await import("jose");
    const { actor } = await world.someone();
    const forged = await new SignJWT({ user_id: actor.user_id, session_id: actor.session_id })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new Uint8Array(32));
    expect(await world.identity.byBearer(forged)).toBeNull();
  });

  it("API_TOKEN acts as the oldest admin, and says so while there is none", async () => {
    const token = "the token of the environment";
    await expect(world.identity.byBearer(token)).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await world.someone();
    const admin = await world.someone("admin");
    expect(await world.identity.byBearer(token)).toMatchObject({ user_id: admin.id, role: "admin", scope: "admin" });
    expect(await world.identityWith(undefined).byBearer(token)).toBeNull();
  });

  it("are written as seen at most once a minute", async () => {
    const { sessionToken } = await world.someone();
    const lastSeen = async () => (await world.access.sessionByHash(hashToken(sessionToken)))!.session.last_seen_at;
    const first = await lastSeen();
    world.clock.at += 30_000;
    await world.identity.bySessionToken(sessionToken);
    expect(await lastSeen()).toBe(first);
    world.clock.at += 30_000;
    await world.identity.bySessionToken(sessionToken);
    await expect.poll(lastSeen).toBe(first + MINUTE);
  });

  it("keep at most a hundred sessions a user, ending the oldest", async () => {
    const { actor, sessionToken, username, id } = await world.someone();
    const user = (await world.users.findByLogin(username))!;
    for (let count = 0; count < 100; count++) {
      world.clock.at += 1;
      await world.signIn.start(user, CLIENT, "again");
    }
    expect(await world.identity.bySessionToken(sessionToken)).toBeNull();
    expect(world.facts).toEqual([["access.revoked", { user_id: id, session_id: actor.session_id }]]);
  });
});
