/** Telling people, alone and in bursts, on the real stores. */

import { describe, expect, it } from "vitest";
import { actor } from "@/tests/actors";
import { databases } from "@/tests/db/databases";
import { ALERT, openNotifications } from "@/tests/notifications";
import { createNotificationService } from "./service";

describe.each(databases)("$provider", (provider) => {
  const {
    database,
    clock,
    now,
    facts,
    errors,
    newId,
    store,
    queue,
    broadcasts,
    made,
    service,
    people,
    device,
    deliveries,
    inbox,
  } = openNotifications(provider);

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
      const [row] = await database().all<{ n: number; people: number }>(
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
        watchersOf: async () => [],
        botTeam: async () => null,
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
});
