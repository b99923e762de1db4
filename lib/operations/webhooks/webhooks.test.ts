/** Tests how a fact gets from its transaction to the receiver, on the real stores and with a clock that the tests move. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { transaction } from "@/lib/core/db";
import { addFacts, setInterests, wantsFact } from "@/lib/core/outbox";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { createWebhookBench, person } from "@/tests/db/webhooks";
import { listWebhooks, updateWebhook } from "./contract";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const bench = createWebhookBench();
  const {
    clock,
    requests,
    receiver,
    notices,
    sender,
    chores,
    service,
    log,
    add,
    note,
    routed,
    deliver,
    sent,
    states,
    stateOf,
    reset,
  } = bench;

  beforeAll(async () => {
    room = await openRoom(database);
    await aStoredUser({ id: 1 });
    await aStoredUser({ id: 7, is_active: 0 });
  });
  afterAll(async () => {
    setInterests([]);
    await room.close();
  });
  beforeEach(async () => {
    await reset(room);
  });

  it("writes nothing while no webhook wants the kind or the team", async () => {
    await note(1);
    expect(wantsFact("command.completed")).toBe(false);
    await add({ kinds: ["alert.opened"] });
    await note(2);
    await note(3, { team_id: 2, kind: "alert.opened" });
    expect(await room.all("SELECT id FROM outbox_fact")).toEqual([]);
  });

  it("loses the fact of a transaction that is rolled back", async () => {
    await add();
    const failing = transaction(async (trx) => {
      await addFacts(trx, [
        { kind: "command.completed", bot_id: "b1", team_id: 1, subject: "c", at: clock.at, data: {} },
      ]);
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    await deliver();
    expect(requests).toEqual([]);
  });

  it("signs by both secrets until the overlap of a rotation ends", async () => {
    const { webhook, secret } = await add();
    const { secret: next } = await service.rotate(person, webhook.webhook_id, 24);
    // `verify` of the library compares the time with this machine's clock.
    const verifies = (key: string) => {
      const { headers, body } = requests.at(-1)!.options;
      const signature = new Webhook(key).sign(headers!["webhook-id"]!, new Date(clock.at), String(body));
      return headers!["webhook-signature"]!.split(" ").includes(signature);
    };
    await note(1);
    await deliver();
    expect([verifies(secret), verifies(next)]).toEqual([true, true]);
    clock.at += 25 * HOUR;
    await note(2);
    await deliver();
    expect([verifies(secret), verifies(next)]).toEqual([false, true]);
  });

  it("keeps the order of a bot through failures, and repeats the same id", async () => {
    await add();
    for (const n of [1, 2, 3]) await note(n);
    let fails = 2;
    receiver.answer = (n) => ({ status: n === 2 && fails-- > 0 ? 503 : 200 });
    await deliver();
    expect(sent()).toEqual([1, 2]);
    await deliver();
    expect(sent()).toEqual([1, 2]);
    clock.at += 10_000;
    await deliver();
    clock.at += 30_000;
    await deliver();
    expect(sent()).toEqual([1, 2, 2, 2, 3]);
    expect(new Set(requests.map(({ options }) => options.headers!["webhook-id"])).size).toBe(3);
  });

  it("gives up what the receiver refuses, and delivers it again on request", async () => {
    const { webhook } = await add();
    receiver.answer = (n) => ({ status: n === 1 ? 422 : 200 });
    await note(1);
    await note(2);
    await deliver();
    const id = webhook.webhook_id;
    expect(await states(id)).toEqual(["dead", "sent"]);
    const { deliveries } = await log.deliveries(person, id, { limit: 10, status: "dead" });
    receiver.answer = () => ({});
    await log.redeliver(person, id, deliveries[0]!.delivery_id);
    await sender.settled();
    expect(sent()).toEqual([1, 2, 1]);
    const { body } = await log.delivery(person, id, deliveries[0]!.delivery_id);
    expect(JSON.parse(body!)).toMatchObject({ type: "command.completed", data: { n: 1 } });
  });

  it("gives up a delivery that the receiver failed on twelve times, so that it does not block the others", async () => {
    const { webhook } = await add();
    await note(1);
    await note(2);
    receiver.answer = (n) => ({ status: n === 1 ? 500 : 200 });
    for (let tries = 0; tries < 13; tries++) {
      await deliver();
      clock.at += HOUR;
    }
    expect(await states(webhook.webhook_id)).toEqual(["dead", "sent"]);
  });

  it("holds a paused webhook's deliveries, and sends them when it is resumed", async () => {
    const { webhook } = await add();
    const pause = (paused: boolean) =>
      service.update(person, webhook.webhook_id, updateWebhook.body.parse({ paused }), undefined);
    await pause(true);
    await note(1);
    await deliver();
    expect([requests.length, await stateOf(webhook.webhook_id)]).toEqual([0, "paused"]);
    await pause(false);
    await deliver();
    expect(sent()).toEqual([1]);
  });

  it("disables a webhook after three days of failure, probes it, and enables it when it answers", async () => {
    const { webhook } = await add();
    receiver.answer = () => ({ status: 503 });
    await note(1);
    for (let day = 0; day < 4; day++) {
      await deliver();
      clock.at += DAY;
    }
    expect([await stateOf(webhook.webhook_id), notices]).toEqual(["disabled", ["disabled Hook"]]);
    requests.length = 0;
    await chores.get("webhooks.probe")!();
    expect([requests.map(({ body }) => body.type), notices.length]).toEqual([["webhook.probe"], 1]);
    receiver.answer = () => ({});
    clock.at += HOUR;
    await chores.get("webhooks.probe")!();
    await deliver();
    expect([notices.at(-1), sent().at(-1), await stateOf(webhook.webhook_id)]).toEqual(["recovered Hook", 1, "active"]);
  });

  it("keeps deliveries and facts for seven days", async () => {
    const { webhook } = await add();
    await service.update(person, webhook.webhook_id, updateWebhook.body.parse({ paused: true }), undefined);
    await note(1);
    await routed();
    clock.at += 8 * DAY;
    await chores.get("webhooks.sweep")!();
    expect(await room.all("SELECT id FROM outbox_fact")).toEqual([]);
    expect(await states(webhook.webhook_id)).toEqual(["dead"]);
    clock.at += 1;
    await chores.get("webhooks.sweep")!();
    expect(await states(webhook.webhook_id)).toEqual([]);
  });

  it("sends nothing for an account that is not active, and forgets the webhooks of one that was deleted", async () => {
    await add();
    const locked = await add({ team_id: 7, url: "https://hooks.example.org/locked" }, actor(7));
    const gone = await add({ team_id: 8, url: "https://hooks.example.org/gone" }, actor(8));
    for (const team_id of [1, 7, 8]) await note(team_id, { team_id });
    await deliver();
    expect(sent()).toEqual([1]);
    await chores.get("webhooks.sweep")!();
    expect(await stateOf(locked.webhook.webhook_id, actor(7))).toBe("active");
    await expect(stateOf(gone.webhook.webhook_id, actor(8))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is managed by maintainers of its team, and hidden from everybody else", async () => {
    const { webhook } = await add();
    const id = webhook.webhook_id;
    for (const other of [actor(2), actor(3, "moderator")]) {
      await expect(service.get(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(log.test(other, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect((await service.list(other, { limit: 10 })).webhooks).toEqual([]);
    }
    expect(await service.get(actor(9, "admin"), id)).toMatchObject({ webhook_id: id });
    await expect(add({ team_id: null })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(add({ team_id: 2 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(add({ bots: ["foreign"] })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("lists the webhooks of a shared team, and takes a cursor beyond 32 bits", async () => {
    expect(listWebhooks.query.parse({ team_id: String(FIRST_TEAM) })).toMatchObject({ team_id: FIRST_TEAM });
    const { webhook } = await add();
    const { webhooks } = await service.list(person, { limit: 10, cursor: "9999999999999999" });
    expect(webhooks.map(({ webhook_id }) => webhook_id)).toEqual([webhook.webhook_id]);
  });

  it("shows neither the address nor a secret", async () => {
    const { webhook } = await add();
    const shown = JSON.stringify([webhook, await service.list(person, { limit: 10 })]);
    expect(shown).not.toMatch(/whsec_|key=1/);
    const [row] = await room.all<object>("SELECT * FROM webhook");
    expect(JSON.stringify(row)).not.toMatch(/whsec_|key=1/);
  });
});
