/** Addresses that may be fetched, and the people who see and change a transfer. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Actor } from "@/lib/core/actor";
import { databases } from "@/tests/db/databases";

vi.hoisted(() => {
  process.env.OUTBOUND_ALLOW_CIDRS = "127.0.0.2";
});

import { openTransfers, type TransferWorld } from "@/tests/transfer-room";
import { createContactService } from "./contacts/service";
import { createContactStore } from "./contacts/store";

describe.each(databases)("rules of transfers on $provider", (database) => {
  let t: TransferWorld;
  beforeAll(async () => {
    t = await openTransfers(database);
  });
  afterAll(() => t.close());
  beforeEach(() => t.reset());

  it("refuses what is too large, before and while it comes", async () => {
    t.room = t.open({ maxBytes: 1000 });
    const said = await t.start("large?size=1001");
    expect((await t.ended(said.id)).error).toMatch(/larger than the 1000 bytes/);
    const unsaid = await t.start("unsaid?size=500000&ranges=no&nolength=1");
    expect((await t.ended(unsaid.id)).error).toMatch(/larger than the 1000 bytes/);
  });

  it("refuses what cannot be done, naming the field", async () => {
    const refused = (input: object, field: string) =>
      expect(
        t.room.service.create(t.owner, { url: `${t.files.url}/f/x?size=1`, destination: "local", ...input }),
      ).rejects.toMatchObject({ code: "INVALID_INPUT", details: { field } });
    await refused({ destination: "gdrive" }, "destination");
    await refused({ destination: "s3" }, "destination");
    await refused({ url: "magnet:?xt=urn:btih:0000000000000000000000000000000000000000" }, "url");
    await refused({ url: "ftp://example.org/x" }, "url");
    await refused({ url: "file:///etc/passwd" }, "url");
    await refused({ url: "http://127.0.0.1/x" }, "url");
    await refused({ url: "http://localhost/x" }, "url");
  });

  it("starts nothing for people below the least role of the server, who keep what they have", async () => {
    const input = { url: `${t.files.url}/f/x?size=1`, destination: "local" as const };
    const { id } = await t.start("mine?size=1");
    await t.ended(id);
    const refused = (start: Promise<unknown>) =>
      expect(start).rejects.toMatchObject({ code: "FORBIDDEN", message: expect.stringMatching(/TRANSFERS_ROLE/) });
    for (const [leastRole, below, starter] of [
      ["moderator", t.owner, t.moderator],
      ["admin", t.moderator, t.admin],
    ] as const) {
      t.room = t.open({ leastRole });
      await refused(t.room.service.create(below, input));
      await t.ended((await t.room.service.create(starter, input)).id);
    }
    for (const change of ["retry", "resume"] as const) await refused(t.room.service[change](t.owner, id));
    expect(await t.room.service.get(t.owner, id)).toMatchObject({ status: "completed" });
  });

  it("does not follow a redirect into a private network", async () => {
    const task = await t.room.service.create(t.owner, {
      url: `${t.files.url}/redirect?to=${encodeURIComponent("http://127.0.0.1:9/secret")}`,
      destination: "local",
    });
    const end = await t.ended(task.id);
    expect([end.status, end.error]).toEqual(["failed", expect.stringMatching(/is not a public address/)]);
  });

  it("shows each their own, and staff everybody's", async () => {
    const { id } = await t.start("own?size=10");
    await t.ended(id);
    const seen = async (actor: Actor) =>
      (await t.room.service.list(actor, { limit: 10, offset: 0 })).tasks.map((task) => task.id);
    expect([await seen(t.owner), await seen(t.other), await seen(t.moderator), await seen(t.admin)]).toEqual([
      [id],
      [],
      [id],
      [id],
    ]);
    await expect(t.room.service.get(t.other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(t.room.service.cancel(t.other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(t.room.service.cancel(t.moderator, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await t.room.service.list(t.owner, { limit: 10, offset: 0, search: "O_N" })).total).toBe(0);
    expect((await t.room.service.list(t.owner, { limit: 10, offset: 0, search: "OWN?" })).total).toBe(1);
    await t.room.service.cancel(t.admin, id);
  });

  it("keeps the number a caller names beside its own; an admin acts for a user there is", async () => {
    const theirs = t.other.user_id;
    expect(await t.start("a?size=1", { userId: 123456789 })).toMatchObject({ requestedFor: "123456789" });
    expect(await t.start("a?size=1", { userId: theirs })).toMatchObject({ requestedFor: String(theirs) });
    const made = await t.start("a?size=1", { userId: theirs }, t.admin);
    expect([made.user.id, made.requestedFor]).toEqual([theirs, null]);
    expect((await t.start("a?size=1", { userId: 123456789, username: "grace" })).user).toEqual({
      ...{ id: 123456789, username: "grace" },
    });
    // A later download without the name keeps it.
    expect((await t.start("a?size=1", { userId: "123456789" })).user.username).toBe("grace");
    const contacts = createContactService(createContactStore());
    expect(await contacts.find(t.other, "123456789")).toBe(null);
    expect(await contacts.find(t.moderator, "123456789")).toMatchObject({ username: "grace", figures: { total: 3 } });
    expect((await contacts.list(t.admin, "GRA")).map(({ id }) => id)).toEqual([123456789]);
    const of = async (actor: Actor, userId: string) =>
      (await t.room.service.list(actor, { limit: 10, offset: 0, userId })).total;
    expect([
      await of(t.owner, "123456789"),
      await of(t.other, "123456789"),
      await of(t.moderator, String(theirs)),
    ]).toEqual([...[3, 0, 2]]);
    await t.ended(made.id);
    expect((await t.room.service.stats(t.moderator)).topDownloaders.length).toBeGreaterThan(0);
  });
});
