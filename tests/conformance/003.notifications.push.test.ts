/** Web Push over real HTTP: subscribing, sending again, and what stays over a restart. */
import { describe, expect, it } from "vitest";
import type { Json } from "../api";
import { eventually } from "../eventually";
import { aUser } from "../factories";
import { notificationServer } from "../notification-server";

const { on, start, someone, broadcast, inbox, subscribed, devices } = notificationServer();

describe("Web Push", () => {
  it("reaches the subscribed browser and records that on the device", async () => {
    const user = await someone();
    const { device_id, id, fingerprint, reply } = await subscribed(user);
    expect(reply.json.device).toMatchObject({ channel: "web_push", platform: "web", name: "Tests", fingerprint });
    const { json } = await user.api.send("POST /api/notifications/devices/{device_id}/test", { params: { device_id } });
    expect(json).toEqual({ success: true, delivered: true, detail: "201" });
    expect((await on.push.message(id)).payload).toMatchObject({ kind: "test", title: "This is a test" });
    expect(await devices(user)).toMatchObject([{ device_id, last_status: "sent", last_error: null }]);
    const stranger = await someone();
    for (const line of [
      "DELETE /api/notifications/devices/{device_id}",
      "POST /api/notifications/devices/{device_id}/test",
    ])
      await stranger.api.refused(line, "NOT_FOUND", { params: { device_id } });
    expect(JSON.stringify(await devices(user))).not.toContain(on.push.origin);
  });

  it("retries when the push service asks for it, and removes devices that are gone", async () => {
    const [busy, gone, witness] = await Promise.all([someone(), someone(), someone()]);
    const patient = await subscribed(busy, { status: 429, retryAfter: "1" });
    await subscribed(gone, { status: 410 });
    await broadcast({ title: "Later", message: "x", priority: "normal" });
    await eventually(
      () => inbox(witness),
      ({ count }) => count === 1,
    );
    await eventually(
      () => devices(gone),
      (list) => list.length === 0,
    );
    const [lost] = (await gone.api.send("GET /api/notifications/deliveries")).json.deliveries;
    expect(lost).toMatchObject({ channel: "web_push", status: "dropped", title: "Later", attempts: 1 });
    expect((await on.push.message(patient.id)).payload).toMatchObject({ title: "Later" });
    const [late] = await eventually(
      async () => (await busy.api.send("GET /api/notifications/deliveries")).json.deliveries,
      ([one]) => one.status === "sent",
    );
    expect(late).toMatchObject({ attempts: 2, error: null });
  });

  it("ends on request, and belongs to the person who uses the browser now", async () => {
    const [first, second] = await Promise.all([someone(), someone()]);
    const { json } = await subscribed(first);
    await second.api.send("POST /api/notifications/subscribe", { body: json });
    expect([(await devices(first)).length, (await devices(second)).length]).toEqual([0, 1]);
    await first.api.send("POST /api/notifications/unsubscribe", { body: { endpoint: json.endpoint } });
    expect(await devices(second)).toHaveLength(1);
    const { json: said } = await second.api.send("POST /api/notifications/unsubscribe", {
      body: { endpoint: json.endpoint },
    });
    expect([said.success, await devices(second)]).toEqual([true, []]);
  });

  it("refuses private addresses and invalid keys", async () => {
    // The shared server allows no private network, so a plain http address is refused at once.
    const { api } = await aUser();
    const good = on.push.subscribe().json;
    const refused = async (body: Json, field: string) =>
      expect((await api.refused("POST /api/notifications/subscribe", "INVALID_INPUT", { body })).details?.field).toBe(
        field,
      );
    await refused(good, "endpoint");
    await refused({ ...good, endpoint: "javascript:alert(1)" }, "endpoint");
    const https = { ...good, endpoint: "https://push.example.org/x" };
    await refused({ ...https, keys: { ...good.keys, p256dh: `BA${"A".repeat(85)}` } }, "keys.p256dh");
    await refused({ ...https, keys: { ...good.keys, auth: "short" } }, "keys.auth");
    // A private https address is refused at the connection, and the device is removed.
    const body = { ...good, endpoint: good.endpoint.replace("http:", "https:") };
    const { json } = await api.send("POST /api/notifications/subscribe", { body });
    const { device_id } = json.device;
    const tested = await api.send("POST /api/notifications/devices/{device_id}/test", { params: { device_id } });
    expect(tested.json).toMatchObject({ delivered: false, detail: expect.stringContaining("not a public address") });
    expect((await api.send("GET /api/notifications/devices")).json.devices).toEqual([]);
  });

  it("is served its service worker as a script, for the whole origin", async () => {
    const { status, headers, text } = await on.admin.api.send("GET /sw.js");
    expect([status, headers.get("content-type"), headers.get("cache-control")]).toEqual([
      ...[200, "text/javascript; charset=utf-8", "no-cache"],
    ]);
    expect(text).toContain('addEventListener("push"');
  });
});

it("keeps its key, queue and devices over a restart", async () => {
  const user = await someone();
  const key = (await user.api.send("GET /api/notifications/vapid-key")).json.public_key;
  const { id } = await subscribed(user, { status: 503, retryAfter: "5" });
  await broadcast({ title: "Survivor", message: "x" });
  await eventually(
    async () => (await user.api.send("GET /api/notifications/deliveries")).json.deliveries,
    ([one]) => one?.attempts === 1 && one.error !== null,
  );
  await on.server.kill();
  on.server = await start();
  const again = user.api;
  const same = await fetch(`${on.server.url}/api/notifications/vapid-key`, { headers: again.headers });
  expect(await same.json()).toEqual({ public_key: key });
  expect((await on.push.message(id, ({ payload }) => payload.title === "Survivor")).payload).toMatchObject({
    body: "x",
  });
});
