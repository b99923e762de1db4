/** Messages to channels on the real stores, against a service that tests play, with a clock that they move. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { hashToken, seal, unseal } from "@/lib/core/secrets";
import { createAlertStore } from "@/lib/operations/alerts/store";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { testQuotas } from "@/tests/quotas";
import { someJobs } from "@/tests/scheduler";
import { ChannelInput } from "./contract";
import { createSender } from "./sender";
import { createChannelService } from "./service";
import { createChannelStore } from "./store";
import { createConsentStore } from "./store.consent";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const admin = actor(1, "admin");

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const clock = { at: 0 };
  const now = () => clock.at;
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${++serial}`;
  const requests: { url: string; options: OutboundRequest }[] = [];
  let answer: (url: string) => Partial<OutboundReply> = () => ({ status: 204 });
  const notices: string[] = [];
  const mails: { kind: string; to: string; text: string; isConfirmed?: boolean }[] = [];
  const verified = new Set<string>();
  const channels = createChannelStore();
  const senderOf = () =>
    createSender({
      ...{ jobs: someJobs({ isStrict: true }), channels, alerts: createAlertStore(), unseal, now, random: () => 0.5 },
      ...{ telegramBase: "https://api.telegram.example", publicUrl: "https://muster.example.org" },
      outbound: async (url, options) => {
        requests.push({ url, options });
        return { headers: {}, body: Buffer.alloc(0), url, status: 200, ...answer(url) };
      },
      mail: async (mail) => {
        mails.push(mail);
        return { state: "sent", detail: "" };
      },
      notify: async ({ title, to }) => {
        notices.push(`${title} ${JSON.stringify(to)}`);
        return 1;
      },
      operatorsOf: async (id) => [id],
    });
  let sender = senderOf();
  const service = createChannelService({
    ...{
      store: channels,
      quotas: testQuotas(),
      consent: createConsentStore(),
      seal,
      unseal,
      hash: hashToken,
      now,
      newId,
    },
    ...{ newToken: (prefix: string) => `${prefix}_token${++serial}`, publicUrl: "https://muster.example.org" },
    sender: { test: (...given) => sender.test(...given), wake: () => {} },
    mail: {
      enqueue: async (mail) => {
        mails.push(mail);
        return "queued";
      },
      isVerified: async (address) => verified.has(address),
      status: () => ({ mode: "smtp", where: "mail.example.org" }),
    },
  });
  const add = async (input: Record<string, string> = {}) =>
    (
      await service.create(
        admin,
        ChannelInput.parse({
          name: "Hook",
          kind: "webhook",
          ...("kind" in input && input.kind !== "webhook" ? {} : { url: "https://hook.example.org/a?key=1" }),
          ...input,
        }),
      )
    ).channel.channel_id;
  const queue = async (channelId: string, count = 1) => {
    for (let left = count; left > 0; left--)
      await room.run(
        `INSERT INTO alert_delivery (id, channel_id, alert_id, payload, created_at, due_at)
         VALUES ('${newId("msg")}', '${channelId}', 'alert_1', '{"event":"raised"}', ${clock.at}, ${clock.at})`,
      );
  };
  const states = async () =>
    (await room.all<{ status: string }>("SELECT status FROM alert_delivery ORDER BY seq")).map((row) => row.status);
  const channelOf = async (id: string) => (await channels.get(id))!;

  beforeAll(async () => {
    room = await openRoom(database);
  });
  afterAll(() => room.close());
  beforeEach(async () => {
    for (const table of ["alert_delivery", "alert_channel_test", "alert_channel", "alert"])
      await room.run(`DELETE FROM ${table}`);
    clock.at = Date.parse("2026-03-01T12:00:00Z");
    await room.run(
      `INSERT INTO alert (id, source, source_name, severity, message, first_at, last_at)
       VALUES ('alert_1', 'manual', 'u1', 'high', 'It broke', ${clock.at}, ${clock.at})`,
    );
    for (const list of [requests, notices, mails]) list.length = 0;
    answer = () => ({ status: 204 });
    verified.clear();
    sender = senderOf();
  });

  it("delivers 40 alerts in 16 s to a service that takes 5 every 2 s, and hardly asks in vain", async () => {
    const id = await add();
    await queue(id, 40);
    const began = clock.at;
    const taken: number[] = [];
    let refused = 0;
    answer = () => {
      const bucket = Math.floor((clock.at - began) / 2000);
      if (taken.filter((at) => Math.floor((at - began) / 2000) === bucket).length >= 5) {
        refused++;
        const seconds = ((bucket + 1) * 2000 - (clock.at - began)) / 1000;
        return { status: 429, body: Buffer.from(JSON.stringify({ retry_after: seconds, global: false })) };
      }
      taken.push(clock.at);
      return { status: 204 };
    };
    // Two processes send, and share the pause.
    const other = senderOf();
    while (taken.length < 40) {
      await Promise.all([sender.deliveries.settled(), other.deliveries.settled()]);
      clock.at += 500;
      expect(clock.at - began).toBeLessThanOrEqual(16_000);
    }
    expect(refused).toBeLessThanOrEqual(16);
    expect(new Set(await states())).toEqual(new Set(["sent"]));
  });

  it("pauses every channel of a kind when the service says that all are meant, and no other", async () => {
    const [first, second, other] = [
      await add({ kind: "discord", url: "https://discord.example/1" }),
      await add({ kind: "discord", url: "https://discord.example/2" }),
      await add(),
    ];
    await queue(first);
    answer = () => ({ status: 429, headers: { "retry-after": "30" }, body: Buffer.from('{"global":true}') });
    await sender.deliveries.settled();
    answer = () => ({ status: 204 });
    for (const id of [second, other]) await queue(id);
    await sender.deliveries.settled();
    expect(await states()).toEqual(["queued", "queued", "sent"]);
    clock.at += 31_000;
    await sender.deliveries.settled();
    expect(await states()).toEqual(["sent", "sent", "sent"]);
  });

  it("waits as long as Retry-After says, as seconds and as a date", async () => {
    const id = await add();
    for (const value of ["90", new Date(clock.at + 90_000).toUTCString()]) {
      await room.run("DELETE FROM alert_delivery");
      await room.run("UPDATE alert_channel SET paused_until = NULL");
      await queue(id);
      for (const status of [429, 503]) {
        const began = clock.at;
        const until = /^\d+$/.test(value) ? value : new Date(began + 90_000).toUTCString();
        answer = () => ({ status, headers: { "retry-after": until } });
        await sender.deliveries.settled();
        const asked = requests.length;
        clock.at = began + 88_000;
        await sender.deliveries.settled();
        expect(requests).toHaveLength(asked);
        clock.at = began + 91_000;
      }
      answer = () => ({ status: 204 });
      await sender.deliveries.settled();
      expect(await states()).toEqual(["sent"]);
    }
  });

  it("tries again what timed out at the other end (408), and follows redirects that keep the message only", async () => {
    await queue(await add());
    answer = () => ({ status: 408 });
    await sender.deliveries.settled();
    expect(await states()).toEqual(["queued"]);
    expect(requests[0]!.options).toMatchObject({ method: "POST", redirects: 3, keepsMethod: true });
    clock.at += MINUTE;
    answer = () => ({ status: 301 });
    await sender.deliveries.settled();
    expect(await states()).toEqual(["failed"]);
  });

  it("keeps a channel on over one 404, and switches it off with a notice after three over an hour", async () => {
    const id = await add({ name: "Pager" });
    answer = () => ({ status: 404 });
    await queue(id);
    await sender.deliveries.settled();
    expect(await states()).toEqual(["queued"]);
    answer = () => ({ status: 204 });
    clock.at += MINUTE;
    await sender.deliveries.settled();
    expect(await states()).toEqual(["sent"]);

    answer = () => ({ status: 404 });
    await queue(id);
    for (let minute = 0; minute < 59; minute++) {
      await sender.deliveries.settled();
      clock.at += MINUTE;
    }
    expect(await channelOf(id)).toMatchObject({ enabled: 1 });
    for (let minute = 0; minute < 40; minute++) {
      await sender.deliveries.settled();
      clock.at += MINUTE;
    }
    expect(await channelOf(id)).toMatchObject({ enabled: 0 });
    expect(notices).toEqual(['Channel Pager was turned off {"user_ids":[1]}']);
    await service.update(admin, id, { enabled: true });
    await queue(id);
    await sender.deliveries.settled();
    expect(await channelOf(id)).toMatchObject({ enabled: 1 });
  });

  it("switches a channel off at once that says it is gone (410)", async () => {
    const id = await add();
    answer = () => ({ status: 410 });
    await queue(id);
    await sender.deliveries.settled();
    expect(await channelOf(id)).toMatchObject({ enabled: 0 });
    expect(notices).toHaveLength(1);
  });

  it("sends 6 test messages an hour to a channel and to an address, under whatever name", async () => {
    const id = await add();
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => service.test(admin, id)));
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(6);
    const anew = await add({ url: "https://hook.example.org/a?key=2" });
    const problem = await service.test(admin, anew).catch((error) => error);
    expect(problem).toMatchObject({ code: "RATE_LIMITED", retryAfter: HOUR / 1000 });
    expect(await service.test(admin, await add({ url: "https://hook.example.org/b" }))).toMatchObject({
      success: true,
    });
    expect(requests).toHaveLength(7);
    clock.at += HOUR;
    expect(await service.test(admin, id)).toMatchObject({ success: true });
  });

  describe("mail", () => {
    const input = { kind: "email", name: "Buy <cheap> pills", address: "eve@example.org" };

    it("to an address that is not verified asks it first, in fixed words, and sends nothing else there", async () => {
      const id = await add(input);
      expect((await service.list(admin, { limit: 9 })).channels[0]).toMatchObject({ confirmed: false });
      expect(await service.test(admin, id)).toMatchObject({
        success: false,
        message: expect.stringContaining("confirmed"),
      });
      expect(mails.map(({ kind, to }) => [kind, to])).toEqual([
        ["confirmation", "eve@example.org"],
        ["confirmation", "eve@example.org"],
      ]);
      expect(mails[0]!.text).not.toContain("pills");
      const tokenOf = (text: string) => decodeURIComponent(/token=(\S+)/.exec(text)![1]!);
      const [first, second] = mails.map(({ text }) => tokenOf(text));
      await expect(service.confirm(first!)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await service.confirm(second!);
      await expect(service.confirm(second!)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      expect((await service.list(admin, { limit: 9 })).channels[0]).toMatchObject({ confirmed: true });
      expect(await service.test(admin, id)).toMatchObject({ success: true });
      expect(mails.at(-1)).toMatchObject({ kind: "alert", to: "eve@example.org", isConfirmed: true });
    });

    it("to a verified account's address needs no confirmation", async () => {
      verified.add("eve@example.org");
      const id = await add(input);
      expect(await service.test(admin, id)).toMatchObject({ success: true });
      expect(mails.map(({ kind }) => kind)).toEqual(["alert"]);
    });
  });
});
