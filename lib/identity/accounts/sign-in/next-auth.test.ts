import type { Adapter } from "next-auth/adapters";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashToken } from "@/lib/core/secrets";
import { openWorld, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { createAdapter } from "./store.next-auth";

describe.each(databases)("next-auth's adapter on $provider", (database) => {
  let world: World;
  let adapter: Required<Adapter>;
  const ended: object[] = [];
  beforeAll(async () => {
    world = await openWorld(database);
    const sessionEnded = (session: object) => void ended.push(session);
    adapter = (await createAdapter({ hash: hashToken, sessionEnded })) as Required<Adapter>;
  });
  afterAll(() => world.close());
  beforeEach(() => world.clean());

  it("shares its sessions with our own, hashed", async () => {
    const { sessionToken, actor } = await world.someone();
    const theirs = await adapter.getSessionAndUser(sessionToken);
    expect(theirs).toMatchObject({ user: { id: String(actor.user_id), email: actor.email } });
    await adapter.deleteSession(sessionToken);
    expect(ended).toMatchObject([{ user_id: actor.user_id, session_id: actor.session_id }]);
    expect(await adapter.getSessionAndUser(sessionToken)).toBeNull();
  });

  it("knows no session of a deactivated user", async () => {
    const { sessionToken, id } = await world.someone();
    await world.run(`UPDATE "user" SET is_active = 0 WHERE id = ${id}`);
    expect(await adapter.getSessionAndUser(sessionToken)).toBeNull();
  });

  it("makes nobody: people sign in elsewhere", () => {
    for (const method of ["createUser", "linkAccount", "createSession"]) expect(adapter).not.toHaveProperty(method);
  });
});
