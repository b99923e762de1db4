/** Inboxes, preferences and rights, on the real stores. */

import { describe, expect, it } from "vitest";
import { actor } from "@/tests/actors";
import { databases } from "@/tests/db/databases";
import { ALERT, openNotifications } from "@/tests/notifications";
import { countUnreadNotifications, getNotificationPreferences } from "./contract";
import { INBOX_MAX } from "./contract.constants";

describe.each(databases)("$provider", (provider) => {
  const { database, clock, facts, store, retention, made, service, device, deliveries, inbox } =
    openNotifications(provider);

  describe("the inbox", () => {
    it("keeps the newest and no more", async () => {
      for (let n = 0; n < INBOX_MAX + 3; n++) await service.notify({ ...ALERT, title: `n${n}`, to: { user_ids: [3] } });
      const [row] = await database().all<{ n: number }>("SELECT count(*) AS n FROM notification WHERE user_id = 3");
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
      expect(countUnreadNotifications.response.parse(await service.unread(actor(3)))).toEqual({ unread_count: 2 });
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
      await database().run("DELETE FROM delivery");
      const bare = made({ fcm: false, email: false });
      await bare.notify({ ...ALERT, to: { user_ids: [3] } });
      expect(await deliveries()).toEqual([]);
      const sheet = getNotificationPreferences.response.parse(await bare.getPreferences(actor(3)));
      expect(sheet.channels).toEqual([
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
      expect(await database().all("SELECT user_id, value FROM notification_preference")).toEqual([
        { user_id: 3, value: '{"alert":{"email":true}}' },
      ]);
      expect((await service.getPreferences(actor(4))).preferences.alert.email).toBe(false);
      await service.putPreferences(actor(3), { alert: { email: false } });
      expect(await database().all("SELECT value FROM notification_preference")).toEqual([{ value: "{}" }]);
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

  it("needs more than a key that may only read", async () => {
    const reader = { ...actor(1, "admin"), scope: "read" as const };
    await expect(service.markRead(reader, null)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.putPreferences(reader, {})).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.broadcast(reader, { title: "t", message: "m", priority: "low" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});
