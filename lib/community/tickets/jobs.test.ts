/**
 * Background work of tickets: idle tickets close once, stray files go, deleted accounts and bots leave nothing
 * inconsistent.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BotActor, UserActor } from "@/lib/core/actor";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { Mail } from "@/lib/core/mail";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredUser, openRoom } from "@/tests/db/rooms";
import { testQuotas } from "@/tests/quotas";
import { TicketStatus } from "./contract";
import { createMessageStore } from "./conversation/store";
import { createDisk } from "./files/disk";
import { createFileStore } from "./files/store";
import { createTicketJobs } from "./jobs";
import { createTicketServices } from "./service";
import { createTicketStore } from "./store";
import { createListStore } from "./store.list";
import { createPeopleStore } from "./store.people";
import { createSweepStore } from "./store.sweep";

const HOUR = 3_600_000;
const person = (user_id: number, role: UserActor["role"] = "user") =>
  ({ kind: "user", user_id, username: `p${user_id}`, role, scope: "admin" }) as UserActor;
const bot: BotActor = { kind: "bot", bot_id: "bot_here", team_id: 1, unclaimed: false };
const QUESTION = { type: "bug", subject: "A question", description: "How does one ask a question?" };
const TEXT = { is_note: false, attachments: [] };

describe.each(databases)("tickets on $provider", (provider) => {
  let database: TestDatabase;
  let folder: string;
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const settings = { enabled: true, max_open_per_user: 3, auto_close_hours: 48, transcript_enabled: true };
  const emit = vi.fn();
  const mails: Mail[] = [];

  /** One process's room. */
  function room() {
    const deps = {
      ...{ tickets: createTicketStore(), lists: createListStore(), messages: createMessageStore() },
      ...{ files: createFileStore(), disk: createDisk(folder), emit, newId, maxFileBytes: 1000 },
      now: () => clock.at,
      settings: async () => ({ ...settings, categories: ["Bug"] }),
      quotas: testQuotas(),
      people: createPeopleStore(),
      operatesBot: async () => false,
      operatorsOf: async () => [],
      sendMail: async (mail: Mail) => void mails.push(mail),
      onError: (error: unknown) => expect.fail(String(error)),
    };
    const { tickets, upkeep } = createTicketServices(deps);
    return { ...tickets, jobs: createTicketJobs({ ...deps, sweeps: createSweepStore(), upkeep }) };
  }
  let one: ReturnType<typeof room>;

  beforeAll(async () => {
    database = await openRoom(provider);
    folder = mkdtempSync(join(tmpdir(), "muster-files-"));
    for (const [id, role] of [
      [1, "user"],
      [2, "moderator"],
    ] as const)
      await aStoredUser({ id, username: `p${id}`, email: `p${id}@example.org`, role });
    await aStoredBot({ id: "bot_here", owner_id: null });
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await db().run("DELETE FROM ticket");
    emit.mockReset();
    mails.length = 0;
    Object.assign(settings, { auto_close_hours: 48, max_open_per_user: 3 });
    one = room();
  });

  const events = (name: string) => emit.mock.calls.filter(([event]) => event === name).map(([, fact]) => fact);
  const status = async (id: string) => TicketStatus.parse((await one.get(person(2, "moderator"), id)).status);
  const bytes = async function* (text: string) {
    yield Buffer.from(text);
  };
  const upload = (actor: UserActor | BotActor, id: string, text: string) =>
    one.upload(actor, id, async () => ({ name: "a.txt", bytes: bytes(text) }));
  const onDisk = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

  it("closes what was silent for so long, once, though every process looks; and says so", async () => {
    const [idle, busy] = [await one.open(person(1), QUESTION), await one.open(person(1), QUESTION)];
    clock.at += 47 * HOUR;
    await one.send(person(1), busy.ticket_id, { ...TEXT, content: "still there" });
    // Notes are no activity.
    await one.send(person(2, "moderator"), idle.ticket_id, { ...TEXT, content: "hm", is_note: true });
    await one.jobs.closeIdle();
    expect(events("ticket.changed")).toEqual([]);
    clock.at += 2 * HOUR;
    await Promise.all([one, room(), room()].map(({ jobs }) => jobs.closeIdle()));
    expect([await status(idle.ticket_id), await status(busy.ticket_id)]).toEqual(["closed", "open"]);
    expect(events("ticket.changed")).toMatchObject([
      { event_type: "ticket_closed", by: null, ticket: { ticket_id: idle.ticket_id, closed_by: null } },
    ]);
    const { messages } = await one.get(person(1), idle.ticket_id);
    expect(messages.at(-1)).toMatchObject({
      is_system: true,
      content: "Closed automatically after 48 hours of silence",
    });
    await expect.poll(() => mails.map(({ to }) => to)).toEqual(["p1@example.org"]);
    expect(mails[0]!.text).not.toContain("hm");
  });

  it("closes nothing by itself when told so", async () => {
    settings.auto_close_hours = 0;
    const { ticket_id } = await one.open(person(1), QUESTION);
    clock.at += 10_000 * HOUR;
    await one.jobs.closeIdle();
    expect(await status(ticket_id)).toBe("open");
  });

  it("removes files nobody sent, and files nobody knows; keeps those of messages", async () => {
    const { ticket_id } = await one.open(person(1), QUESTION);
    const kept = await upload(person(1), ticket_id, "kept");
    await upload(person(1), ticket_id, "left");
    await one.send(person(1), ticket_id, { ...TEXT, content: "", attachments: [kept.id] });
    await one.jobs.tidy();
    expect(onDisk()).toHaveLength(2);
    clock.at += HOUR + 1;
    await one.jobs.tidy();
    expect(onDisk()).toHaveLength(1);
    mkdirSync(join(folder, "ab"), { recursive: true });
    const [stray, fresh] = ["0", "1"].map((end) => join(folder, "ab", `${"ab".repeat(15)}a${end}`));
    for (const file of [stray!, fresh!]) writeFileSync(file, "x");
    utimesSync(stray!, 1, 1);
    await one.jobs.removeStrays();
    expect(onDisk()).toHaveLength(2);
    expect((await one.download(person(1), ticket_id, kept.id)).size).toBe(4);
  });

  it("refuses what is too large and leaves nothing of it on the disk", async () => {
    const { ticket_id } = await one.open(person(1), QUESTION);
    const before = onDisk().length;
    await expect(upload(person(1), ticket_id, "x".repeat(1001))).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    await expect(upload(person(1), ticket_id, "<svg/>")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const broken = async () => ({
      name: "a",
      bytes: (async function* () {
        yield Buffer.from("half");
        throw new Error("the client went away");
      })(),
    });
    await expect(one.upload(person(1), ticket_id, broken)).rejects.toThrow("went away");
    expect(onDisk()).toHaveLength(before);
  });

  const eraseWith = (accountId: number) =>
    database.run(`INSERT INTO ended_access (kind, ref, at) VALUES ('tickets', '${accountId}', 0)`);

  it("tickets of an account that is gone are closed and kept without its name", async () => {
    const mine = await one.open(person(7), QUESTION);
    const file = await upload(person(7), mine.ticket_id, "kept");
    await one.send(person(7), mine.ticket_id, { ...TEXT, content: "I wrote this", attachments: [file.id] });
    const before = onDisk().length;
    await one.jobs.accountDeleted(7);
    expect(onDisk()).toHaveLength(before);
    const left = await one.get(person(2, "moderator"), mine.ticket_id);
    expect(left).toMatchObject({
      status: "closed",
      owner: null,
      user_id: null,
      user_name: "Deleted user",
      username: "Deleted user",
      user_avatar: null,
      close_reason: "Closed because its account was deleted",
    });
    expect(left.messages.find(({ content }) => content === "I wrote this")).toMatchObject({
      author_id: "deleted",
      author_name: "Deleted user",
    });
    expect(JSON.stringify(left)).not.toContain(`"${person(7).username}"`);
  });

  it("tickets that a backup brought back with a nameless account lose the name too", async () => {
    const [mine, theirs] = [await one.open(person(7), QUESTION), await one.open(person(8), QUESTION)];
    await database.run(
      `INSERT INTO "user" (id, username, email, is_active, created_at) VALUES (7, 'deleted-7', 'deleted-7@localhost', 0, 0), (8, 'p8', 'p8@example.org', 0, 0)
       ON CONFLICT (id) DO UPDATE SET username = excluded.username, is_active = 0`,
    );
    await one.jobs.tidy();
    expect(await one.get(person(2, "moderator"), mine.ticket_id)).toMatchObject({ user_name: "Deleted user" });
    const left = await one.get(person(2, "moderator"), theirs.ticket_id);
    expect(left.user_name).not.toBe("Deleted user");
  });

  it("an account that asked for it takes its tickets and files along, and frees what it was at work on", async () => {
    await eraseWith(1);
    const mine = await one.open(person(1), QUESTION);
    const file = await upload(person(1), mine.ticket_id, "mine");
    await one.send(person(1), mine.ticket_id, { ...TEXT, content: "", attachments: [file.id] });
    const theirs = await one.open(bot, { ...QUESTION, user_id: "9" });
    await one.claim(person(1, "moderator"), theirs.ticket_id);
    await one.send(person(1, "moderator"), theirs.ticket_id, { ...TEXT, content: "I look" });
    const before = onDisk().length;
    await one.jobs.accountDeleted(1);
    expect(onDisk()).toHaveLength(before - 1);
    await expect(one.get(person(2, "moderator"), mine.ticket_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(events("ticket.deleted")).toMatchObject([{ ticket: { ticket_id: mine.ticket_id } }]);
    const left = await one.get(person(2, "moderator"), theirs.ticket_id);
    expect(left).toMatchObject({ status: "open", assigned_to: null });
    expect(left.messages.find(({ content }) => content === "I look")).toMatchObject({ author_id: "deleted" });
  });

  it("finds again what a process that died left of accounts and bots", async () => {
    const lost = await one.open(person(99), QUESTION);
    const kept = await one.open(person(98), QUESTION);
    await eraseWith(99);
    const stray = await one.open({ ...bot, bot_id: "bot_gone" }, { ...QUESTION, user_id: "9" });
    await one.jobs.tidy();
    await expect(one.get(person(2, "moderator"), lost.ticket_id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await status(stray.ticket_id)).toBe("closed");
    expect(await one.get(person(2, "moderator"), kept.ticket_id)).toMatchObject({ user_name: "Deleted user" });
  });

  it("a search goes through as many tickets as there are, a slice at a time", async () => {
    settings.max_open_per_user = 0;
    const old = await one.open(bot, { ...QUESTION, user_id: "1", subject: "The one with the Needle" });
    const rows = Array.from({ length: 1200 }, (_, at) => {
      const id = `ticket_${at}`;
      return `('${id}', 'u1', 1, 'p1', 'Bug', 'Hay', 'hay', ${clock.at}, ${clock.at + 1 + Math.floor(at / 3)})`;
    });
    await database.run(
      `INSERT INTO ticket (id, requester, owner_id, user_name, type, subject, folded, created_at, last_at) VALUES ${rows.join(", ")}`,
    );
    const query = { status: "all", view: "all", limit: 5 } as const;
    const found = await one.list(person(2, "moderator"), { ...query, q: "needle" });
    expect(found.tickets.map(({ ticket_id }) => ticket_id)).toEqual([old.ticket_id]);
    expect(found.next_cursor).toBeNull();
    const hay = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await one.list(person(2, "moderator"), {
        ...query,
        q: "hay",
        limit: 200,
        ...(cursor && { cursor }),
      });
      for (const { ticket_id } of page.tickets) hay.add(ticket_id);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(hay.size).toBe(1200);
    expect(await one.counts(person(2, "moderator"))).toMatchObject({ all: 1000, open: 1000, active: 1000 });
  });
});
