/** Document 003 "Configuration": what moderators and people without a role read, and what an admin may let moderators change. */
import { beforeAll, describe, expect, it } from "vitest";
import { mayModeratorsChange, mayStaffRead } from "@/lib/core/settings/contract";
import { Api, errorOf } from "../api";
import { admin, get, NAMES, put, reset } from "../config";
import { aUser, type TestUser } from "../factories";

let moderator: TestUser;
let user: TestUser;
beforeAll(async () => {
  [moderator, user] = await Promise.all([aUser("moderator"), aUser()]);
});

describe("reading a section", () => {
  it("is open to moderators where document 003 does not say otherwise, and to nobody below them", async () => {
    for (const name of NAMES.filter((one) => one !== "tickets")) {
      const line = `GET /api/config/${name}`;
      await new Api().refused(line, "UNAUTHORIZED");
      await user.api.refused(line, "FORBIDDEN");
      if (!mayStaffRead(name)) await moderator.api.refused(line, "FORBIDDEN");
      else expect((await moderator.api.send(line)).json).toEqual(await get(name));
    }
    expect(NAMES.filter((name) => !mayStaffRead(name))).toEqual([
      "tickets",
      "transfers",
      "features",
      "quotas",
      "security",
    ]);
  });

  it("answers everybody but admins only the types of ticket", async () => {
    await new Api().refused("GET /api/config/tickets", "UNAUTHORIZED");
    for (const { api } of [moderator, user])
      expect((await api.send("GET /api/config/tickets")).json).toEqual({
        categories: ["Application", "Bug", "Support"],
      });
    expect(await get("tickets")).toMatchObject({ require_claim: false, max_open_per_user: 3 });
  });
});

describe("changing a section", () => {
  const write = (who: TestUser, name: string) => [
    () => who.api.send(`PUT /api/config/${name}`, { body: {} }),
    () => who.api.send("POST /api/config/{section}/reset", { params: { section: name } }),
  ];

  it("is refused to moderators until an admin switches on moderators_may_configure", async () => {
    for (const name of NAMES)
      for (const call of write(moderator, name)) {
        const { status, json } = await call();
        expect([name, status]).toEqual([name, 403]);
        const names = mayModeratorsChange(name) ? { switch: "moderators_may_configure" } : undefined;
        expect([name, errorOf(json).details]).toEqual([name, names]);
      }
  });

  it("is open to moderators then, except roles and what runs the server, and closed again at once", async () => {
    await put("security", { moderators_may_configure: true });
    for (const name of NAMES)
      for (const call of write(moderator, name)) {
        const expected = mayModeratorsChange(name) ? 200 : 403;
        expect([name, (await call()).status]).toEqual([name, expected]);
      }
    expect(NAMES.filter((name) => !mayModeratorsChange(name))).toEqual([
      ...["roles", "tickets", "transfers", "features", "quotas", "security"],
    ]);
    for (const name of NAMES)
      for (const call of write(user, name)) expect([name, (await call()).status]).toEqual([name, 403]);
    await moderator.api.refused("POST /api/config/general/undo", "FORBIDDEN", { body: { version: 1 } });
    await put("security", { moderators_may_configure: false });
    await moderator.api.refused("PUT /api/config/general", "FORBIDDEN", { body: { bot_name: "Mine" } });
  });
});

describe("the daily meme", () => {
  const read = (who: TestUser) => who.api.send("GET /api/daily-meme/config");
  const save = (who: TestUser, body: unknown) => who.api.send("POST /api/daily-meme/config", { body });

  it("is stored with the sources that it chooses from, and reset without them", async () => {
    const { status, json } = await save(admin, {
      ...{ enabled: true, hour: 7, channel_id: 1234567890, subreddits: ["wholesomememes"], lemmy_communities: [] },
    });
    expect([status, json]).toEqual([200, expect.objectContaining({ success: true, hour: 7 })]);
    const stored = { hour: 7, channel_id: "1234567890", available_subreddits: ["wholesomememes"], available_lemmy: [] };
    expect((await read(moderator)).json).toMatchObject(stored);
    expect(await get("meme")).toMatchObject({ default_subreddits: ["wholesomememes"] });
    expect((await admin.api.send("POST /api/daily-meme/config/reset")).json).toMatchObject({
      ...{ success: true, enabled: false, hour: 12, available_subreddits: ["wholesomememes"] },
    });
  });

  it("changes all of what was sent or nothing", async () => {
    const before = (await read(admin)).json;
    const { status, json } = await save(admin, { hour: 8, subreddits: ["r/memes"] });
    expect([status, errorOf(json).details]).toEqual([400, expect.objectContaining({ field: "subreddits.0" })]);
    expect((await read(admin)).json).toEqual(before);
  });

  it("follows the rights of its sections", async () => {
    expect((await read(user)).status).toBe(403);
    expect((await save(moderator, { hour: 8 })).status).toBe(403);
    await put("security", { moderators_may_configure: true });
    expect((await save(moderator, { hour: 8 })).status).toBe(200);
    expect((await save(user, { hour: 9 })).status).toBe(403);
    await reset("security");
    expect((await read(admin)).json.hour).toBe(8);
  });
});
