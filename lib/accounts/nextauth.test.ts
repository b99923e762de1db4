import type { Adapter } from "next-auth/adapters";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { hashToken } from "@/lib/secrets";
import { openWorld, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { createAdapter, linkedAccount } from "./store.nextauth";

const DISCORD = { type: "oauth", provider: "discord", providerAccountId: "80351110224678912" } as const;

describe.each(databases)("next-auth's adapter on $provider", (database) => {
  let world: World;
  let adapter: Required<Adapter>;
  const ended: object[] = [];
  beforeAll(async () => {
    world = await openWorld(database);
    const deps = { users: world.users, now: () => world.clock.at, newId, hash: hashToken };
    adapter = (await createAdapter({
      ...deps,
      sessionEnded: (session) => void ended.push(session),
    })) as Required<Adapter>;
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  const newcomer = (name: string, email: string) =>
    adapter.createUser({ id: "", name, email, emailVerified: null } as never);
  const expires = () => new Date(world.clock.at + 86_400_000);

  it("makes plain users with a name of their own", async () => {
    await world.signIn.register({ username: "Nelly_T", email: "first@example.org", password: "a long password" });
    const made = await newcomer("Nelly T", "Nelly@Example.org");
    expect(made).toMatchObject({ id: expect.stringMatching(/^\d+$/), email: "nelly@example.org" });
    expect(made.name).toMatch(/^Nelly_T_\w+$/);
    expect(await world.users.find(Number(made.id))).toMatchObject({ role: "user", passwordHash: null });
    const short = await newcomer("✨", "star@example.org");
    expect((await world.users.find(Number(short.id)))!.username.length).toBeGreaterThanOrEqual(3);
  });

  it("knows a linked account again and keeps none of the provider's tokens", async () => {
    const { id } = await newcomer("nelly", "nelly@example.org");
    expect(await linkedAccount("discord", DISCORD.providerAccountId)).toBe("none");
    await adapter.linkAccount({ ...DISCORD, userId: id, access_token: "secret", refresh_token: "secret" } as never);
    expect(await adapter.getUserByAccount(DISCORD)).toMatchObject({ id });
    expect(await linkedAccount("discord", DISCORD.providerAccountId)).toBe("active");
    expect(await world.users.discordId(Number(id))).toBe(DISCORD.providerAccountId);
    expect(JSON.stringify(await world.database.all("SELECT * FROM account"))).not.toContain("secret");
    await world.run(`UPDATE "user" SET is_active = ${database.provider === "sqlite" ? 0 : "false"} WHERE id = ${id}`);
    expect(await linkedAccount("discord", DISCORD.providerAccountId)).toBe("deactivated");
  });

  it("shares its sessions with our own, hashed", async () => {
    const { id } = await newcomer("nelly", "nelly@example.org");
    await adapter.createSession({ sessionToken: "ms_theirs", userId: id, expires: expires() });
    expect(JSON.stringify(await world.database.all("SELECT * FROM session"))).not.toContain("ms_theirs");
    expect(await world.identity.bySessionToken("ms_theirs")).toMatchObject({ user_id: Number(id), username: "nelly" });
    await adapter.deleteSession("ms_theirs");
    expect(ended).toMatchObject([{ user_id: Number(id) }]);
    expect(await adapter.getSessionAndUser("ms_theirs")).toBeNull();

    const { sessionToken, actor } = await world.someone();
    const theirs = await adapter.getSessionAndUser(sessionToken);
    expect(theirs).toMatchObject({ user: { id: String(actor.user_id), email: actor.email } });
    await world.signIn.logout(actor);
    expect(await adapter.getSessionAndUser(sessionToken)).toBeNull();
  });

  it("knows no session of a deactivated user", async () => {
    const admin = await world.someone("admin");
    const { id } = await newcomer("nelly", "nelly@example.org");
    await world.user.updateUser(admin.actor, id, { is_active: false });
    await adapter.createSession({ sessionToken: "ms_late", userId: id, expires: expires() });
    expect(await adapter.getSessionAndUser("ms_late")).toBeNull();
    expect(await world.identity.bySessionToken("ms_late")).toBeNull();
  });
});
