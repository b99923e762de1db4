/** Tests which facts a webhook receives, and what its log and its figures show, on the real stores. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setInterests } from "@/lib/core/outbox";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredBot, aStoredUser, openRoom } from "@/tests/db/rooms";
import { createWebhookBench, person } from "@/tests/db/webhooks";

const HOUR = 3_600_000;

describe.each(databases)("$provider", (database) => {
  let room: TestDatabase;
  const bench = createWebhookBench();
  const {
    clock,
    now,
    newId,
    requests,
    receiver,
    store,
    sender,
    service,
    log,
    add,
    note,
    deliver,
    sent,
    states,
    reset,
  } = bench;

  beforeAll(async () => {
    room = await openRoom(database);
    await aStoredUser({ id: 1 });
  });
  afterAll(async () => {
    setInterests([]);
    await room.close();
  });
  beforeEach(() => reset(room));

  it("replays the facts from a time on, for the kinds and bots of the webhook", async () => {
    const { webhook } = await add({ bots: ["b1"] });
    await note(1);
    clock.at += HOUR;
    await note(2);
    await note(3, { bot_id: "b2" });
    await deliver();
    requests.length = 0;
    const replayed = await log.replay(person, webhook.webhook_id, new Date(clock.at).toISOString());
    await sender.settled();
    expect([replayed, sent()]).toEqual([{ queued: 1, is_complete: true }, [2]]);
  });

  it("delivers facts about bots that have the tag at that time, whether people or the bot gave it", async () => {
    for (const id of ["b1", "b2", "b3"]) await aStoredBot({ id, owner_id: 1, name: id });
    await room.run("INSERT INTO bot_tag (bot_id, key, name) VALUES ('b1', 'eu', 'EU')");
    await room.run("INSERT INTO bot_facet (bot_id, kind, key, name) VALUES ('b2', 'tag', 'eu', 'eu')");
    const { webhook } = await add({ tag: "Eu" });
    for (const [at, bot_id] of ["b1", "b2", "b3"].entries()) await note(at + 1, { bot_id });
    await deliver();
    expect([webhook.tag, sent().sort()]).toEqual(["Eu", [1, 2]]);
    await room.run("UPDATE bot_tag SET bot_id = 'b3'");
    requests.length = 0;
    await note(4, { bot_id: "b1" });
    await note(5, { bot_id: "b3" });
    await deliver();
    expect(sent()).toEqual([5]);
  });

  it("delivers an alert about several bots to a webhook for one of them", async () => {
    await add({ bots: ["b1"], kinds: ["alert.opened"] });
    await note(1, { kind: "alert.opened", bot_id: null, bot_ids: ["b2", "b1"] });
    await note(2, { kind: "alert.opened", bot_id: null, bot_ids: ["b2"] });
    await deliver();
    expect(sent()).toEqual([1]);
  });

  it("counts facts that a full queue does not take, until a replay has queued them", async () => {
    const { webhook } = await add();
    const id = webhook.webhook_id;
    const since = clock.at;
    for (const n of [1, 2, 3, 4]) await note(n);
    await store.route({ at: now(), newId, queueMax: 2 });
    await note(5);
    await store.route({ at: now(), newId, queueMax: 2 });
    expect(await states(id)).toEqual(["queued", "queued"]);
    const skipped = { skipped: 3, skipped_since: new Date(since).toISOString() };
    expect(await service.get(person, id)).toMatchObject(skipped);
    const from = new Date(since).toISOString();
    expect(await store.replay((await store.get(id))!, since, 3, { at: now(), newId })).toEqual({
      ...{ queued: 1, is_complete: false },
    });
    expect(await service.get(person, id)).toMatchObject(skipped);
    await deliver();
    expect(await log.replay(person, id, from)).toEqual({ queued: 5, is_complete: true });
    expect(await service.get(person, id)).toMatchObject({ skipped: 0, skipped_since: null });
  });

  it("shows the requests of the last day by the hour, and what was sent and answered", async () => {
    const { webhook } = await add();
    const id = webhook.webhook_id;
    receiver.answer = (n) => ({ status: n === 2 ? 422 : 200, body: Buffer.from(n === 2 ? "no\0 thanks" : "fine") });
    await note(1);
    await note(2);
    await deliver();
    clock.at += HOUR;
    await note(3);
    await deliver();
    const { hours } = await service.get(person, id);
    expect(hours.map(({ sent, failed }) => [sent, failed])).toEqual([
      [1, 1],
      [1, 0],
    ]);
    const page = await log.deliveries(person, id, { limit: 10, kind: "command.completed", status: "dead" });
    const one = await log.delivery(person, id, page.deliveries[0]!.delivery_id);
    expect(one.reply).toBe("no\ufffd thanks");
    expect(Object.keys(one.headers).sort()).toEqual([
      ...["content-type", "user-agent", "webhook-id", "webhook-timestamp"],
    ]);
    const [from, to] = [new Date(clock.at).toISOString(), new Date(clock.at - 1).toISOString()];
    const count = async (range: object) =>
      (await log.deliveries(person, id, { limit: 10, ...range })).deliveries.length;
    expect([await count({ from }), await count({ to }), await count({})]).toEqual([1, 2, 3]);
  });
});
