/** Document 003 "Notifications" and "admin/broadcast", and Muster's inbox, over real HTTP and sockets. */
import { describe, expect, it } from "vitest";
import { NotificationEvent } from "@/lib/community/notifications/contract";
import type { Json } from "../api";
import { eventually } from "../eventually";
import { aBot, anApiKey, aUser, mailTo, type TestUser, theAdmin, verifyAddress } from "../factories";
import { notificationServer } from "../notification-server";
import { connected } from "../sockets";

const { on, someone, broadcast, inbox, subscribed } = notificationServer();

describe("document 003", () => {
  it("registers a token, and a test message reaches the phone", async () => {
    const fcm_token = on.google.token();
    const registered = await on.admin.api.send("POST /api/notifications/register-token", {
      body: { fcm_token, platform: "android" },
    });
    expect([registered.status, registered.json]).toEqual([200, { success: true, message: "Token registered" }]);
    const { status, json } = await on.admin.api.send("POST /api/notifications/test", {
      body: { fcm_token, title: "Test", body: "Test notification" },
    });
    expect([status, json.success]).toEqual([200, true]);
    expect(on.google.sent.at(-1)).toMatchObject({
      ...{ token: fcm_token, notification: { title: "Test", body: "Test notification" } },
    });
  });

  it("a test with an unknown token is 400, and 503 with Retry-After when FCM is busy", async () => {
    const body = { fcm_token: "made-up", title: "Test", body: "x" };
    const error = await on.admin.api.refused("POST /api/notifications/test", "INVALID_INPUT", { body });
    expect(error.details).toEqual({ field: "fcm_token" });
    const busy = await on.admin.api.send("POST /api/notifications/test", {
      body: { ...body, fcm_token: on.google.token("quota") },
    });
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([503, "1"]);
    await on.admin.api.refused("POST /api/notifications/test", "BAD_GATEWAY", {
      body: { ...body, fcm_token: on.google.token("unavailable") },
    });
  });

  it("without a service account a test is 503 with the document's message, but tokens are stored", async () => {
    const { api } = await theAdmin();
    const body = { fcm_token: "device-token", title: "Test", body: "Test notification" };
    const error = await api.refused("POST /api/notifications/test", "UNAVAILABLE", { body });
    expect(error.error).toBe("Push notifications are not enabled on this server");
    const known = await api.send("POST /api/notifications/register-token", {
      body: { fcm_token: "your-fcm-device-token", platform: "ios" },
    });
    expect(known.json).toEqual({ success: true, message: "Token registered" });
    await api.send("POST /api/notifications/unregister-token", { body: { fcm_token: "your-fcm-device-token" } });
  });

  it("tests and broadcasts are for admins", async () => {
    const [user, moderator] = await Promise.all([someone(), aUser("moderator", on.server.url)]);
    for (const { api } of [user, moderator]) {
      const body = { fcm_token: on.google.token(), title: "t", body: "b" };
      await api.refused("POST /api/notifications/test", "FORBIDDEN", { body });
      await api.refused("POST /api/admin/broadcast", "FORBIDDEN", { body: { title: "t", message: "m" } });
    }
    const key = await anApiKey(on.admin, "operate");
    await key.api.refused("POST /api/admin/broadcast", "FORBIDDEN", { body: { title: "t", message: "m" } });
  });

  it("a broadcast reaches everybody: inbox, live events, browser, phone", async () => {
    const [user, silent] = await Promise.all([someone(), someone()]);
    const browser = await subscribed(user);
    const fcm_token = on.google.token();
    await user.api.send("POST /api/notifications/register-token", { body: { fcm_token, platform: "android" } });
    const socket = await connected({ token: user.jwt, url: on.server.url });
    const body = { title: "Announcement", message: "Important update", priority: "high" };
    const { status, json } = await broadcast(body);
    expect([status, json]).toEqual([
      200,
      {
        ...{ success: true, message: `Broadcast sent to ${json.recipients} users`, recipients: expect.any(Number) },
        ...{ broadcast_id: expect.stringMatching(/^bc_/), timestamp: expect.any(String) },
      },
    ]);
    const live = NotificationEvent.broadcast.parse(await socket.event("broadcast"));
    expect(live).toMatchObject({ ...body, broadcast_id: json.broadcast_id });
    const mine = NotificationEvent.notification.parse(await socket.event("notification"));
    expect(mine).toMatchObject({ kind: "broadcast", title: body.title, body: body.message, priority: "high" });
    expect((await on.push.message(browser.id)).payload).toMatchObject({ id: mine.id, title: body.title });
    expect((await on.push.message(browser.id)).urgency).toBe("high");
    await eventually(
      async () => on.google.sent.filter((one) => one.token === fcm_token),
      (found) => found.length === 1,
    );
    await eventually(
      () => inbox(silent),
      ({ unread_count }) => unread_count === 1,
    );
    const history = await eventually(
      async () => (await on.admin.api.send("GET /api/admin/broadcasts")).json.broadcasts[0],
      (one) => one.finished_at !== null,
    );
    expect(history).toMatchObject({
      ...body,
      reached: json.recipients,
      recipients: json.recipients,
      created_by: on.admin.id,
    });
    expect(on.push.refused).toEqual([]);
  });

  it("a broadcast without a priority is a normal one, and a bad field is named", async () => {
    expect((await broadcast({ title: "T", message: "M" })).status).toBe(200);
    expect(
      (await on.admin.api.send("GET /api/admin/broadcasts", { query: { limit: 1 } })).json.broadcasts,
    ).toMatchObject([{ title: "T", priority: "normal" }]);
    for (const [field, body] of [
      ["title", { title: " ", message: "M" }],
      ["message", { title: "T", message: "x".repeat(4001) }],
      ["priority", { title: "T", message: "M", priority: "urgent" }],
    ] as const) {
      const error = await on.admin.api.refused("POST /api/admin/broadcast", "INVALID_INPUT", { body });
      expect(error.details?.field).toBe(field);
    }
  });
});

describe("the inbox", () => {
  it("is marked as read in every tab, for each person separately", async () => {
    const [user, other] = await Promise.all([someone(), someone()]);
    const tabs = await Promise.all([1, 2].map(() => connected({ token: user.jwt, url: on.server.url })));
    // A page that watches bots gets no single events, but still gets its notifications.
    await tabs[1]!.client.emitWithAck("watch", { topics: ["bots"] });
    const stranger = await connected({ token: other.jwt, url: on.server.url });
    await broadcast({ title: "One", message: "x", priority: "low" });
    for (const tab of tabs) await tab.event("notification", ({ title }) => title === "One");
    const { notifications, unread_count } = await inbox(user);
    expect([notifications.length, unread_count]).toEqual([1, 1]);
    const ids = [notifications[0].id];
    const elsewhere = await other.api.send("POST /api/notifications/read", { body: { ids } });
    expect([elsewhere.status, (await inbox(user)).unread_count]).toEqual([200, 1]);
    const read = await user.api.send("POST /api/notifications/read", { body: { ids } });
    expect(read.json).toEqual({ success: true, unread_count: 0 });
    for (const tab of tabs)
      expect(NotificationEvent.notification_read.parse(await tab.event("notification_read"))).toEqual({
        ids,
        unread_count: 0,
      });
    expect(stranger.names()).not.toContain("notification_read");
    await other.api.refused("DELETE /api/notifications/{notification_id}", "NOT_FOUND", {
      params: { notification_id: ids[0] },
    });
    const params = { notification_id: ids[0] };
    expect((await user.api.send("DELETE /api/notifications/{notification_id}", { params })).status).toBe(200);
    expect((await inbox(user)).notifications).toEqual([]);
  });

  it("pages by cursor, filters, and marks all", async () => {
    const user = await someone();
    for (const title of ["a", "b", "c"]) {
      await broadcast({ title, message: "x", priority: "low" });
      await eventually(
        () => inbox(user),
        ({ notifications }) => notifications[0]?.title === title,
      );
    }
    const first = await inbox(user, { limit: 2 });
    expect(first).toMatchObject({ count: 2, unread_count: 3, notifications: [{ title: "c" }, { title: "b" }] });
    const second = await inbox(user, { limit: 2, cursor: first.next_cursor });
    expect(second).toMatchObject({ notifications: [{ title: "a" }], next_cursor: null });
    expect(await inbox(user, { kind: "alert" })).toMatchObject({ count: 0, unread_count: 3 });
    expect((await user.api.send("POST /api/notifications/read-all")).json).toEqual({ success: true, unread_count: 0 });
    expect(await inbox(user, { unread: "true" })).toMatchObject({ count: 0 });
    expect((await user.api.send("GET /api/notifications/unread-count")).json).toEqual({ unread_count: 0 });
  });

  it("holds the kinds a person wants, and none that they switched off", async () => {
    const user = await someone();
    const browser = await subscribed(user);
    const off = { broadcast: { in_app: false, web_push: false } };
    const { json } = await user.api.send("PUT /api/notifications/preferences", { body: off });
    expect(json.preferences.broadcast).toMatchObject({ in_app: false, web_push: false, fcm: true });
    const witness = await someone();
    await broadcast({ title: "Unheard", message: "x", priority: "low" });
    await eventually(
      () => inbox(witness),
      ({ count }) => count === 1,
    );
    expect(await inbox(user)).toMatchObject({ count: 0 });
    expect((await user.api.send("GET /api/notifications/deliveries")).json.deliveries).toEqual([]);
    expect(on.push.received.filter((one) => one.id === browser.id)).toEqual([]);
    const locked = { body: { security: { in_app: false } } };
    const error = await user.api.refused("PUT /api/notifications/preferences", "INVALID_INPUT", locked);
    expect(error.details?.field).toBe("security.in_app");
    for (const body of [{ nonsense: { email: true } }, { alert: { pigeon: true } }])
      await user.api.refused("PUT /api/notifications/preferences", "INVALID_INPUT", { body });
  });

  it("notifies staff of new tickets and each side of the other's messages, but users of no notes", async () => {
    const [user, staff] = await Promise.all([someone(), aUser("moderator", on.server.url)]);
    const opened = await user.api.send("POST /api/tickets", {
      body: { type: "Support", subject: "It does not start", description: "Nothing happens when I press the button" },
    });
    expect(opened.status).toBe(201);
    const params = { ticket_id: opened.json.ticket_id };
    const url = `/dashboard/tickets?ticket=${params.ticket_id}`;
    const ours = async (who: TestUser): Promise<Json[]> =>
      (await inbox(who)).notifications.filter((one: Json) => one.url === url);
    await eventually(
      () => ours(staff),
      (list) => list.length === 1,
    );
    expect(await ours(staff)).toMatchObject([{ kind: "ticket_opened" }]);

    const say = (who: TestUser, body: Json) => who.api.send("POST /api/tickets/{ticket_id}/messages", { params, body });
    await say(staff, { content: "The user is confused", is_note: true });
    await say(staff, { content: "Which button?" });
    await say(staff, { content: "The red one?" });
    const [answer] = await eventually(
      () => ours(user),
      ([one]) => one?.count === 2,
    );
    expect(answer).toMatchObject({ kind: "ticket_reply", body: "The red one?", count: 2 });
    await say(user, { content: "The green one" });
    await eventually(
      () => ours(staff),
      (list) => list.length === 2,
    );
    await staff.api.send("POST /api/tickets/{ticket_id}/claim", { params });
    await eventually(
      () => ours(user),
      (list) => list.some((one) => one.kind === "ticket_changed"),
    );
    expect(await ours(user)).toHaveLength(2);
    expect((await ours(staff)).map((one) => [one.kind, one.body])).toContainEqual(["ticket_reply", "The green one"]);
    expect(JSON.stringify(await inbox(user))).not.toContain("confused");
    expect(JSON.stringify(await inbox(staff))).not.toContain("Which button");
  });

  it("gets a command that became undeliverable", async () => {
    const user = await someone();
    const bot = await aBot(user);
    const body = { bot_id: bot.id, type: "ping", max_attempts: 1 };
    await user.api.send("POST /api/commands", { body });
    await bot.api.send("GET /api/bot/{bot_id}/commands", { params: { bot_id: bot.id }, query: { lease: 1 } });
    const { notifications } = await eventually(
      () => inbox(user),
      ({ count }) => count === 1,
    );
    expect(notifications).toMatchObject([{ kind: "command_failed", title: "Undeliverable command: ping" }]);
  });
});

it("sends mails once a mail server is configured", async () => {
  const user = await aUser();
  await verifyAddress(user);
  const { json } = await user.api.send("GET /api/notifications/preferences");
  expect(json.channels).toContainEqual({ channel: "email", available: true });
  // Notify one person, because an announcement would first be mailed to everybody from other tests.
  await anApiKey(user, "read");
  const mail = await mailTo(user.email);
  expect(mail).toContain("Subject: API key created: key read");
  expect(mail).toContain("If this was not you");
});
