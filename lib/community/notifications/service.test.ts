/** Notifications on the real stores, each sent once: inboxes, bursts, preferences, roles, broadcasts and the queue. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { someJobs } from "@/tests/scheduler";
import { INBOX_MAX } from "./contract.constants";
import type { Result } from "./push/transport";
import { createSender } from "./sender";
import { createNotificationService } from "./service";
import { createNotificationStore } from "./store";
import { createBroadcastStore } from "./store.broadcasts";
import { createQueueStore, type DeliveryJob } from "./store.queue";
import { createRetentionStore } from "./store.retention";

const PAGE = { limit: 100 };
const ALERT = { kind: "alert" as const, title: "Hot", body: "It is hot" };

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const clock = { at: Date.parse("2026-03-01T12:00:00Z") };
  const now = () => clock.at;
  const facts: [string, Record<string, unknown>][] = [];
  const errors: unknown[] = [];
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${(serial++).toString().padStart(6, "0")}`;
  const store = createNotificationStore();
  const queue = createQueueStore();
  const broadcasts = createBroadcastStore();
  const retention = createRetentionStore();
  const made = (available = { fcm: true, email: true }) =>
    createNotificationService({
      ...{
        store,
        queue,
        broadcasts,
        now,
        newId,
        available,
        wake: () => {},
        carryOn: () => {},
        onError: (error) => void errors.push(error),
      },
      emit: (name, fact) => void facts.push([name, fact as Record<string, unknown>]),
    });
  let service: ReturnType<typeof made>;

  async function people(...roles: string[]): Promise<void> {
    await room.run('DELETE FROM "user"');
    for (const [index, role] of roles.entries())
      await aStoredUser({ id: index + 1, role, is_active: role === "gone" ? 0 : 1 });
  }
  const device = (user_id: number, channel: "web_push" | "fcm" = "web_push", key = newId("key")) =>
    store.putDevice(
      {
        ...{
          id: newId("dev"),
          user_id,
          channel,
          platform: "web",
          name: "Browser",
          address_hash: key,
          address: "sealed",
        },
        created_at: now(),
      },
      3,
    );
  const deliveries = () =>
    room.all<{
      user_id: number;
      channel: string;
      status: string;
      error: string | null;
      attempts: number;
      due_at: number;
    }>("SELECT user_id, channel, status, error, attempts, due_at FROM delivery ORDER BY seq");
  const inbox = async (id: number, query = {}) => (await service.list(actor(id), { ...PAGE, ...query })).notifications;
  /** A sender whose world answers as told. */
  const sender = (answer: (job: DeliveryJob) => Result | Promise<Result>) =>
    createSender({
      ...{ jobs: someJobs({ isStrict: true }), store: queue, now, random: () => 0.5 },
      send: async (job) => answer(job),
    });

  beforeAll(async () => {
    room = await openRoom(database);
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    for (const table of ["notification", "notification_preference", "push_device", "delivery", "broadcast"])
      await room.run(`DELETE FROM ${table}`);
    facts.length = 0;
    errors.length = 0;
    service = made();
    await people("admin", "moderator", "user", "user", "gone");
  });

  describe("telling", () => {
    it("reaches those it names, once each, but not who did it, nor who is deactivated", async () => {
      expect(await service.notify({ ...ALERT, to: { user_ids: [3, 3, 4, 5, 99] }, except: [4] })).toBe(1);
      expect((await inbox(3)).map((one) => one.title)).toEqual(["Hot"]);
      expect(await inbox(4)).toEqual([]);
      expect(facts).toEqual([
        [
          "notification.made",
          { items: [{ user_id: 3, notification: expect.objectContaining({ ...ALERT, read_at: null }) }] },
        ],
      ]);
    });

    it.each([
      ["staff", [1, 2]],
      ["admin", [1]],
      ["moderator", [2]],
      ["user", [3, 4]],
    ] as const)("knows who %s are", async (role, ids) => {
      await service.notify({ ...ALERT, to: { role } });
      for (const id of [1, 2, 3, 4])
        expect(await inbox(id)).toHaveLength((ids as readonly number[]).includes(id) ? 1 : 0);
    });

    it("tells all, more than fit into one step", async () => {
      await people(...Array<string>(450).fill("user"));
      expect(await service.notify({ ...ALERT, to: "all" })).toBe(450);
      const [row] = await room.all<{ n: number; people: number }>(
        "SELECT count(*) AS n, count(DISTINCT user_id) AS people FROM notification",
      );
      expect(row).toEqual({ n: 450, people: 450 });
    });

    it.each([
      ["https://evil.example/x", null],
      ["//evil.example", null],
      ["/\\evil.example", null],
      ["javascript:alert(1)", null],
      ["/dashboard/bots", "/dashboard/bots"],
    ])("leads to %s only if that is this console", async (url, kept) => {
      await service.notify({ ...ALERT, to: { user_ids: [3] }, url });
      expect((await inbox(3))[0]!.url).toBe(kept);
    });

    it("never rejects: what fails is logged", async () => {
      const broken = createNotificationService({
        ...{ store, broadcasts, now, newId, available: { fcm: true, email: true }, wake: () => {}, emit: () => {} },
        carryOn: () => {},
        queue: { ...queue, tell: () => Promise.reject(new Error("the disk is full")) },
        onError: (error) => void errors.push(error),
      });
      expect(await broken.notify({ ...ALERT, to: { user_ids: [3] } })).toBe(0);
      expect(String(errors[0])).toContain("the disk is full");
    });
  });

  describe("bursts", () => {
    const reply = (body: string) => ({
      ...{ to: { user_ids: [3] }, kind: "ticket_reply" as const, title: "Ann", body, group: "ticket:1" },
    });

    it("are one notification that counts, on top, until it is read", async () => {
      await service.notify(reply("one"));
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      await service.notify(reply("two"));
      const [top, below, ...rest] = await inbox(3);
      expect(top).toMatchObject({ body: "two", count: 2 });
      expect([below!.title, rest]).toEqual(["Hot", []]);
      await service.markRead(actor(3), [top!.id]);
      await service.notify(reply("three"));
      expect((await inbox(3)).map(({ body, count }) => [body, count])).toEqual([
        ["three", 1],
        ["two", 2],
        ["It is hot", 1],
      ]);
    });

    it("are told in their order and as one, also by two processes at once", async () => {
      const other = made();
      const texts = Array.from({ length: 20 }, (_, n) => `${n}`);
      await Promise.all(texts.map((word) => service.notify(reply(word))));
      expect((await inbox(3)).map(({ body, count }) => [body, count])).toEqual([["19", 20]]);
      await Promise.all(texts.map((word, n) => (n % 2 ? other : service).notify(reply(word))));
      expect((await inbox(3)).map(({ count }) => count)).toEqual([40]);
      expect(errors).toEqual([]);
    });

    it("take the place of what still waits to be sent; a mail waits for the burst to end, but not for ever", async () => {
      await device(3);
      await service.putPreferences(actor(3), { ticket_reply: { email: true } });
      await service.notify(reply("one"));
      const due = clock.at + 60_000;
      clock.at += 50_000;
      await service.notify(reply("two"));
      expect((await deliveries()).map(({ channel, status, due_at }) => [channel, status, Number(due_at)])).toEqual([
        ["web_push", "dropped", due - 57_000],
        ["email", "dropped", due],
        ["web_push", "queued", clock.at + 3_000],
        ["email", "queued", due],
      ]);
    });
  });

  describe("the inbox", () => {
    it("keeps the newest and no more", async () => {
      for (let n = 0; n < INBOX_MAX + 3; n++) await service.notify({ ...ALERT, title: `n${n}`, to: { user_ids: [3] } });
      const [row] = await room.all<{ n: number }>("SELECT count(*) AS n FROM notification WHERE user_id = 3");
      expect(row!.n).toBe(INBOX_MAX);
      expect((await inbox(3))[0]!.title).toBe(`n${INBOX_MAX + 2}`);
    });

    it("is read page by page, by kind, and the unread alone", async () => {
      for (const title of ["a", "b", "c"]) await service.notify({ ...ALERT, title, to: { user_ids: [3] } });
      await service.notify({ kind: "task", title: "d", body: "x", to: { user_ids: [3] } });
      const first = await service.list(actor(3), { limit: 2 });
      expect(first.notifications.map((one) => one.title)).toEqual(["d", "c"]);
      const second = await service.list(actor(3), { limit: 2, cursor: first.next_cursor! });
      expect([second.notifications.map((one) => one.title), second.next_cursor]).toEqual([["b", "a"], null]);
      expect((await inbox(3, { kind: "task" })).map((one) => one.title)).toEqual(["d"]);
      await service.markRead(
        actor(3),
        first.notifications.map((one) => one.id),
      );
      expect((await inbox(3, { unread: "true" })).map((one) => one.title)).toEqual(["b", "a"]);
      expect(await service.unread(actor(3))).toEqual({ unread_count: 2 });
    });

    it("is nobody else's to read, mark or empty", async () => {
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      const { id } = (await inbox(3))[0]!;
      facts.length = 0;
      expect(await service.markRead(actor(4), [id])).toMatchObject({ unread_count: 0 });
      await expect(service.remove(actor(4), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect([await service.unread(actor(3)), facts]).toEqual([{ unread_count: 1 }, []]);
      await service.markRead(actor(3), null);
      await service.remove(actor(3), id);
      expect(facts).toEqual([
        ["notification.read", { user_id: 3, ids: null, unread_count: 0 }],
        ["notification.read", { user_id: 3, ids: [id], unread_count: 0 }],
      ]);
      expect(await inbox(3)).toEqual([]);
    });

    it("ends by age, and with the account", async () => {
      await service.notify({ ...ALERT, to: { user_ids: [3, 4] } });
      await device(4);
      await retention.sweep({ notifications: clock.at, deliveries: clock.at });
      expect([await inbox(3), await inbox(4)].map((list) => list.length)).toEqual([1, 1]);
      await service.forget(4);
      expect([await inbox(4), await store.devices(4)]).toEqual([[], []]);
      await retention.sweep({ notifications: clock.at + 1, deliveries: clock.at + 1 });
      expect(await inbox(3)).toEqual([]);
    });
  });

  describe("preferences", () => {
    it("decide by kind and channel; what cannot be had is not queued", async () => {
      await device(3);
      await device(3, "fcm");
      await service.putPreferences(actor(3), { alert: { in_app: false, web_push: false, email: true } });
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      expect(await inbox(3)).toEqual([]);
      expect((await deliveries()).map((one) => one.channel).sort()).toEqual(["email", "fcm"]);
      await room.run("DELETE FROM delivery");
      service = made({ fcm: false, email: false });
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      expect(await deliveries()).toEqual([]);
      expect((await service.getPreferences(actor(3))).channels).toEqual([
        { channel: "in_app", available: true },
        { channel: "web_push", available: true },
        { channel: "fcm", available: false },
        { channel: "email", available: false },
      ]);
    });

    it("are each person's own, partial, and stored as what differs from the defaults", async () => {
      const { preferences } = await service.putPreferences(actor(3), {
        alert: { email: true },
        task: { in_app: true },
      });
      expect([preferences.alert.email, preferences.alert.in_app]).toEqual([true, true]);
      expect(await room.all("SELECT user_id, value FROM notification_preference")).toEqual([
        { user_id: 3, value: '{"alert":{"email":true}}' },
      ]);
      expect((await service.getPreferences(actor(4))).preferences.alert.email).toBe(false);
      await service.putPreferences(actor(3), { alert: { email: false } });
      expect(await room.all("SELECT value FROM notification_preference")).toEqual([{ value: "{}" }]);
    });

    it("keep both of two changes made in the same moment", async () => {
      const [first, second] = ["ticket_reply", "command_failed"] as const;
      await Promise.all([first, second].map((kind) => service.putPreferences(actor(3), { [kind]: { email: true } })));
      const { preferences } = await service.getPreferences(actor(3));
      expect([preferences[first].email, preferences[second].email]).toEqual([true, true]);
    });

    it("leave warnings about one's own account in the inbox", async () => {
      await expect(service.putPreferences(actor(3), { security: { in_app: false } })).rejects.toMatchObject({
        ...{ code: "INVALID_INPUT", details: { field: "security.in_app" } },
      });
    });
  });

  describe("devices", () => {
    it("belong to who sent the address last; what waited for the other is not shown to them", async () => {
      await device(3, "web_push", "same");
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      await device(4, "web_push", "same");
      expect([(await store.devices(3)).length, (await store.devices(4)).length]).toEqual([0, 1]);
      expect(await deliveries()).toEqual([]);
    });

    it("are a few: the oldest makes room, and a known one none", async () => {
      for (let n = 0; n < 4; n++) {
        clock.at++;
        await device(3, "web_push", `k${n}`);
      }
      expect((await store.devices(3)).map((one) => one.fingerprint)).toEqual(["k3", "k2", "k1"]);
      await device(3, "web_push", "k1");
      expect(await store.devices(3)).toHaveLength(3);
    });
  });

  describe("the sender", () => {
    beforeEach(async () => {
      await device(3);
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
    });

    it("notes what was sent, on the delivery and on the device", async () => {
      await sender(() => ({ state: "sent", detail: "201" })).settled();
      expect(await deliveries()).toMatchObject([{ status: "sent", attempts: 1, error: null }]);
      expect(await store.devices(3)).toMatchObject([{ last_status: "sent", last_error: null }]);
    });

    it("tries again later and later, or when the service says, and in the end gives up", async () => {
      const waits: number[] = [];
      const trying = sender(() => ({
        state: "retry",
        detail: "503",
        afterMs: waits.length === 0 ? 30_000 : undefined,
      }));
      for (let n = 0; n < 8; n++) {
        await trying.settled();
        const [row] = await deliveries();
        waits.push(Number(row!.due_at) - clock.at);
        clock.at = Number(row!.due_at);
      }
      expect(waits).toEqual([30_000, 8_000, 32_000, 128_000, 512_000, 2_048_000, 3_600_000, 0]);
      expect(await deliveries()).toMatchObject([{ status: "failed", attempts: 8, error: "503" }]);
    });

    it("drops a device that is gone, with what waits for it", async () => {
      await service.notify({ ...ALERT, to: { user_ids: [3] } });
      await sender(() => ({ state: "gone", detail: "410" })).settled();
      expect(await store.devices(3)).toEqual([]);
      expect((await deliveries()).map((one) => one.status)).toEqual(["dropped", "dropped"]);
    });

    it("does not send what was read meanwhile", async () => {
      await service.markRead(actor(3), null);
      const asked: number[] = [];
      await sender((job) => {
        asked.push(job.seq);
        return { state: "sent", detail: "" };
      }).settled();
      expect(asked).toEqual([]);
      expect(await deliveries()).toMatchObject([{ status: "dropped", error: "read meanwhile" }]);
    });

    it("shares the work with other processes: each message goes out once", async () => {
      for (let n = 0; n < 60; n++) await service.notify({ ...ALERT, title: `n${n}`, to: { user_ids: [3] } });
      const sent: number[] = [];
      const answer = async (job: DeliveryJob): Promise<Result> => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        sent.push(job.seq);
        return { state: "sent", detail: "" };
      };
      await Promise.all([sender(answer).settled(), sender(answer).settled(), sender(answer).settled()]);
      expect([sent.length, new Set(sent).size]).toEqual([61, 61]);
    });

    it("sends what is meant for one person before an announcement that waited longer", async () => {
      await room.run("DELETE FROM delivery");
      await service.notify({ kind: "broadcast", title: "To all", body: "x", to: { user_ids: [3, 4] } });
      clock.at += 1000;
      await service.notify({ kind: "security", title: "A key was made", body: "x", to: { user_ids: [4] } });
      const titles: string[] = [];
      for (let jobs: DeliveryJob[]; ; ) {
        jobs = await queue.lease("email", 1, clock.at, clock.at + 90_000);
        if (jobs.length === 0) break;
        titles.push((JSON.parse(jobs[0]!.payload) as { title: string }).title);
      }
      expect(titles.indexOf("To all")).toBeGreaterThan(titles.lastIndexOf("A key was made"));
      expect(new Set(titles)).toEqual(new Set(["To all", "A key was made"]));
    });

    it("mails while push services do not answer", async () => {
      for (let n = 0; n < 40; n++) await service.notify({ ...ALERT, title: `n${n}`, to: { user_ids: [3] } });
      await service.notify({ kind: "security", title: "A key was made", body: "x", to: { user_ids: [4] } });
      let free = () => {};
      const answered = new Promise<void>((resolve) => {
        free = resolve;
      });
      let mailed = () => {};
      const mail = new Promise<void>((resolve) => {
        mailed = resolve;
      });
      const slow = sender(async (job) => {
        if (job.channel === "email") mailed();
        else await answered;
        return { state: "sent", detail: "" };
      });
      const all = slow.settled();
      await mail;
      free();
      await all;
      expect((await deliveries()).filter(({ status }) => status !== "sent")).toEqual([]);
    });

    it("goes on where a process died: a lease ends by time, and its late word does not count", async () => {
      const [lost] = await queue.lease("web_push", 10, clock.at, clock.at + 90_000);
      const other = sender(() => ({ state: "sent", detail: "" }));
      await other.settled();
      expect(await deliveries()).toMatchObject([{ status: "queued", attempts: 1 }]);
      clock.at += 90_000;
      await other.settled();
      expect(await deliveries()).toMatchObject([{ status: "sent", attempts: 2 }]);
      await queue.settle(lost!, { status: "failed", error: "late", due_at: clock.at }, clock.at);
      expect(await deliveries()).toMatchObject([{ status: "sent", attempts: 2, error: null }]);
    });
  });

  describe("broadcasts", () => {
    const body = { title: "Hear, hear", message: "The server moves", priority: "normal" as const };
    const countNotified = async () =>
      (
        await room.all<{ n: number; people: number }>(
          "SELECT count(*) AS n, count(DISTINCT user_id) AS people FROM notification WHERE kind = 'broadcast'",
        )
      )[0];

    it("reach everybody by every channel; low sends no mail", async () => {
      await device(3);
      await device(4, "fcm");
      const reply = await service.broadcast(actor(1, "admin"), body);
      expect(reply).toMatchObject({ success: true, recipients: 4, message: "Broadcast sent to 4 users" });
      await service.advance();
      expect(await countNotified()).toEqual({ n: 4, people: 4 });
      expect((await deliveries()).map((one) => one.channel).sort()).toEqual([
        ...["email", "email", "email", "email", "fcm", "web_push"],
      ]);
      await room.run("DELETE FROM delivery");
      await service.broadcast(actor(1, "admin"), { ...body, priority: "low" });
      await service.advance();
      expect((await deliveries()).map((one) => one.channel).sort()).toEqual(["fcm", "web_push"]);
      expect((await service.broadcasts(actor(1, "admin"), { limit: 1 })).broadcasts).toMatchObject([
        { ...body, priority: "low", reached: 4, recipients: 4, created_by: 1 },
      ]);
    });

    it("tell nobody twice, whoever carries them on and wherever it stopped", async () => {
      await people("admin", ...Array<string>(700).fill("user"));
      await broadcasts.add({
        ...{ id: "bc_1", ...body, created_by: 1, created_at: clock.at, recipients: 701 },
      });
      const how = {
        at: clock.at,
        plan: () => ({ in_app: true, email: false, device: () => false }),
        newId: () => newId("ntf"),
      };
      const noteOf = () => ({ ...body, body: body.message, kind: "broadcast" as const, url: null, group: null });
      // One process does a step and dies; then two go on at once.
      expect(await broadcasts.advance(200, noteOf, how)).toHaveLength(200);
      await Promise.all([service.advance(), made().advance()]);
      expect(await countNotified()).toEqual({ n: 701, people: 701 });
      const [row] = await room.all<{ reached: number; finished_at: number | null }>(
        "SELECT reached, finished_at FROM broadcast",
      );
      expect([row!.reached, row!.finished_at !== null]).toEqual([701, true]);
    });

    it("are an admin's to send and to look at", async () => {
      for (const role of ["user", "moderator"] as const) {
        await expect(service.broadcast(actor(2, role), body)).rejects.toMatchObject({ code: "FORBIDDEN" });
        await expect(service.preview(actor(2, role))).rejects.toMatchObject({ code: "FORBIDDEN" });
        await expect(service.broadcasts(actor(2, role), { limit: 1 })).rejects.toMatchObject({ code: "FORBIDDEN" });
      }
      await device(3);
      expect(await service.preview(actor(1, "admin"))).toEqual({
        ...{ recipients: 4, devices: { web_push: 1, fcm: 0 }, email: true, fcm: true },
      });
    });
  });

  it("needs more than a key that may only read", async () => {
    const reader = { ...actor(1, "admin"), scope: "read" as const };
    await expect(service.markRead(reader, null)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.putPreferences(reader, {})).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.broadcast(reader, { title: "t", message: "m", priority: "low" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});
