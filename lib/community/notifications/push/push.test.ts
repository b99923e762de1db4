/** Web Push and FCM against services that check signatures and decrypt, refusals included. */
import { createECDH } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outbound } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { startFcm } from "@/tests/standins/fcm";
import { type PushService, startPushService } from "@/tests/standins/push";
import { createFcm, readServiceAccount } from "./fcm";
import type { Payload } from "./transport";
import { createWebPush, isPublicKey } from "./webpush";

const trusted: typeof outbound = (url, options) => outbound(url, { ...options, trusted: true });
const signal = new AbortController().signal;
const payload = (over: Partial<Payload> = {}): Payload => ({
  ...{ id: "ntf_1", kind: "alert", title: "Grüße", body: "Something happened", url: "/dashboard", priority: "high" },
  ...{ tag: "ntf_1", at: 1_700_000_000_000, ...over },
});

describe("Web Push", () => {
  let service: PushService;
  beforeAll(async () => {
    service = await startPushService();
  });
  afterAll(() => service.close());

  function sender(send = trusted) {
    let stored: string | undefined;
    const warnings: string[] = [];
    const store = {
      vapid: async (make: () => string) => {
        stored ??= make();
        return stored;
      },
      replaceVapid: async (_old: string, value: string) => {
        stored = value;
      },
    };
    const make = () =>
      createWebPush({
        ...{ store, outbound: send, subject: "mailto:ops@example.org", now: Date.now },
        seal: (text) => Buffer.from(text).toString("base64"),
        unseal: (text) => {
          if (text === "of another key") throw new Error("not sealed with this key");
          return Buffer.from(text, "base64").toString();
        },
        warn: (text) => void warnings.push(text),
      });
    return { make, warnings, spoil: () => (stored = "of another key") };
  }

  it("signs with the key the browser subscribed with, and only the browser can read it", async () => {
    const push = sender().make();
    const { publicKey } = await push.keys();
    const { id, json } = service.subscribe(publicKey);
    expect(await push.send(json, payload(), signal)).toMatchObject({ state: "sent" });
    const got = await service.message(id);
    expect(got).toMatchObject({ ttl: 86_400, urgency: "high" });
    expect(got.payload).toEqual(payload());
    expect(got.topic).toMatch(/^[\w-]{32}$/);
  });

  it("keeps its keys over a restart; with another SECRET_KEY it makes new ones, and says so", async () => {
    const { make, warnings, spoil } = sender();
    const { publicKey } = await make().keys();
    expect((await make().keys()).publicKey).toBe(publicKey);
    expect(isPublicKey(publicKey)).toBe(true);
    spoil();
    expect((await make().keys()).publicKey).not.toBe(publicKey);
    expect(warnings).toHaveLength(1);
  });

  it("is refused by a subscription made with another server's key", async () => {
    const { json } = service.subscribe((await sender().make().keys()).publicKey);
    expect(await sender().make().send(json, payload(), signal)).toMatchObject({
      state: "failed",
      detail: expect.stringMatching(/^403/),
    });
  });

  it("keeps within what a push service takes, whatever the body", async () => {
    const push = sender().make();
    for (const text of ["€", "👨‍👩‍👧‍👦", "\u0001", "a"]) {
      const { id, json } = service.subscribe();
      const sent = await push.send(json, payload({ body: text.repeat(4000), title: text.repeat(200) }), signal);
      expect(sent.state).toBe("sent");
      const { body } = (await service.message(id)).payload as { body: string };
      expect(body).toMatch(new RegExp(`^(${text}){50,}…$`, "u"));
    }
  });

  it.each([
    [404, "gone"],
    [410, "gone"],
    [429, "retry"],
    [500, "retry"],
    [400, "failed"],
    [401, "failed"],
    [403, "failed"],
  ])("takes %i as %s", async (status, state) => {
    const { json } = service.subscribe(undefined, [{ status, retryAfter: status === 429 ? "7" : undefined }]);
    const result = await sender().make().send(json, payload(), signal);
    expect(result.state).toBe(state);
    expect(result.afterMs).toBe(status === 429 ? 7000 : undefined);
  });

  it("shortens a message that is too large (413) until the service takes it, and stops when it never does", async () => {
    const { id, json } = service.subscribe(undefined, [{ status: 413 }]);
    const push = sender().make();
    expect(await push.send(json, payload({ body: "x".repeat(4000) }), signal)).toMatchObject({ state: "sent" });
    const { body } = (await service.message(id)).payload as { body: string };
    expect(body.length).toBeGreaterThan(1000);
    expect(body.length).toBeLessThan(2000);
    const never = service.subscribe(undefined, Array(9).fill({ status: 413 }));
    expect(await push.send(never.json, payload(), signal)).toMatchObject({ state: "failed" });
  });

  it.each([400, 401, 403])(
    "gives a device up that is refused with %i while the service takes others' messages",
    async (status) => {
      const refused = service.subscribe(undefined, Array(20).fill({ status }));
      const fine = service.subscribe();
      const push = sender().make();
      const states = async (times: number) => {
        const all: string[] = [];
        for (let left = times; left > 0; left--) all.push((await push.send(refused.json, payload(), signal)).state);
        return all;
      };
      // It may be our own credentials: nothing was taken since.
      expect(await states(6)).toEqual(Array(6).fill("failed"));
      expect(await push.send(fine.json, payload(), signal)).toMatchObject({ state: "sent" });
      expect(await states(1)).toEqual(["gone"]);
    },
  );

  it("never reaches a private address: the device is given up", async () => {
    const { json } = service.subscribe();
    const before = service.received.length;
    expect(await sender(outbound).make().send(json, payload(), signal)).toMatchObject({
      state: "gone",
      detail: expect.stringMatching(/not a public address/),
    });
    expect(service.received).toHaveLength(before);
  });

  it("tries again where nobody answers", async () => {
    const { json } = service.subscribe();
    const nowhere = { ...json, endpoint: "http://127.0.0.1:9/push/x" };
    expect(await sender().make().send(nowhere, payload(), signal)).toMatchObject({ state: "retry" });
  });

  it("knows a point of the curve from 65 other bytes", () => {
    const curve = createECDH("prime256v1");
    curve.generateKeys();
    expect(isPublicKey(curve.getPublicKey().toString("base64url"))).toBe(true);
    expect(isPublicKey(curve.getPublicKey(null, "compressed").toString("base64url"))).toBe(false);
    expect(isPublicKey(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]).toString("base64url"))).toBe(false);
    expect(isPublicKey("nonsense")).toBe(false);
  });
});

describe("FCM", () => {
  let google: Awaited<ReturnType<typeof startFcm>>;
  beforeAll(async () => {
    google = await startFcm();
  });
  afterAll(() => google.close());

  const client = (over: { private_key?: string } = {}) =>
    createFcm({
      account: readServiceAccount(JSON.stringify({ ...google.account, ...over })),
      ...{ baseUrl: google.url, outbound, now: Date.now, publicUrl: "https://bots.example.org" },
    });

  it("signs in as the service account once, and sends what FCM takes", async () => {
    const fcm = client();
    const grants = google.counts.grants;
    const token = google.token();
    expect(await fcm.send(token, payload())).toMatchObject({
      state: "sent",
      detail: expect.stringMatching(/projects\/muster-tests/),
    });
    expect(await fcm.send(token, payload({ priority: "low", url: null }))).toMatchObject({ state: "sent" });
    expect(google.counts.grants).toBe(grants + 1);
    expect(google.sent.at(-2)).toMatchObject({
      token,
      notification: { title: "Grüße", body: "Something happened" },
      data: {
        ...{ id: "ntf_1", kind: "alert", url: "/dashboard", notification_type: "alert" },
        ...{ title: "Grüße", body: "Something happened" },
      },
      android: { priority: "HIGH" },
      webpush: { fcm_options: { link: "https://bots.example.org/dashboard" } },
    });
    expect(google.sent.at(-1)).toMatchObject({
      android: { priority: "NORMAL" },
      apns: { headers: { "apns-priority": "5" } },
    });
  });

  it("signs in again when its access token is refused", async () => {
    const fcm = client();
    const token = google.token();
    await fcm.send(token, payload());
    google.revoke();
    expect(await fcm.send(token, payload())).toMatchObject({
      state: "retry",
      detail: expect.stringMatching(/UNAUTHENTICATED/),
    });
    expect(await fcm.send(token, payload())).toMatchObject({ state: "sent" });
  });

  it("tells dead tokens from trouble that passes", async () => {
    const fcm = client();
    expect(await fcm.send(google.token("unregistered"), payload())).toMatchObject({
      state: "gone",
      detail: expect.stringMatching(/UNREGISTERED/),
    });
    expect(await fcm.send(google.token("mismatch"), payload())).toMatchObject({ state: "gone" });
    expect(await fcm.send("never-given-out", payload())).toMatchObject({
      state: "gone",
      detail: expect.stringMatching(/registration token/),
    });
    expect(await fcm.send(google.token("quota"), payload())).toMatchObject({ state: "retry", afterMs: 1000 });
    expect(await fcm.send(google.token("unavailable"), payload())).toMatchObject({ state: "retry" });
  });

  it("says that the service account was refused, and not with what key", async () => {
    const other = await startFcm();
    const result = await client({ private_key: other.account.private_key }).send(google.token(), payload());
    await other.close();
    expect(result).toMatchObject({ state: "retry", detail: expect.stringMatching(/Invalid JWT Signature/) });
    expect(result.detail).not.toContain("PRIVATE KEY");
  });

  it.each([
    ["/no/such/file.json", "the file cannot be read"],
    ["{", "neither the path of a key file nor its JSON"],
    ['{"project_id":"p"}', "client_email, private_key"],
    ['{"project_id":"p","client_email":"a","private_key":"hidden-secret"}', "private_key"],
  ])("refuses %s as a service account", (value, says) => {
    expect(() => readServiceAccount(value)).toThrow(says);
    expect(() => readServiceAccount(value)).not.toThrow("hidden-secret");
  });
});

it("reads Retry-After as seconds and as a date", () => {
  const at = Date.parse("2026-01-01T00:00:00Z");
  expect(retryAfter("12", at)).toBe(12_000);
  expect(retryAfter("Thu, 01 Jan 2026 00:00:30 GMT", at)).toBe(30_000);
  for (const odd of [undefined, "", "soon", "Wed, 31 Dec 2025 00:00:00 GMT"])
    expect(retryAfter(odd, at)).toBeUndefined();
});
