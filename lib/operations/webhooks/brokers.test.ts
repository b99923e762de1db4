/** Tests publishing to real message brokers, on the real stores: order, ids, an outage, and what the log says when it fails. */
import { Redis } from "ioredis";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setInterests } from "@/lib/core/outbox";
import { actor } from "@/tests/actors";
import { aNats, aRabbit, aRedisBroker, type TestBroker } from "@/tests/brokers";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { aStoredUser, openRoom } from "@/tests/db/rooms";
import { createWebhookBench } from "@/tests/db/webhooks";
import { isFull } from "@/tests/full";
import { updateWebhook } from "./contract";

type Message = { id: string; kind: string; body: string; headers: Record<string, string> };
type Case = {
  name: string;
  make(): Promise<TestBroker>;
  /** The address of a webhook, with a password that the broker accepts, or another one. */
  url(host: string, password?: string): string;
  /** Returns the address as people see it. */
  hint(host: string): string;
  /** Makes the place that keeps messages, where the broker has none by itself. */
  prepare(host: string): Promise<void>;
  /** Returns all messages that the broker keeps, oldest first. */
  read(host: string): Promise<Message[]>;
  /** Matches the error in the log before `prepare`. */
  unprepared?: RegExp;
};

const natsManager = async (host: string) => {
  const { connect } = await import("@nats-io/transport-node");
  const { jetstreamManager } = await import("@nats-io/jetstream");
  const connection = await connect({ servers: host, user: "muster", pass: "p%w" });
  return { manager: await jetstreamManager(connection), close: () => connection.close() };
};

async function withRabbit<T>(host: string, work: (channel: import("amqplib").Channel) => Promise<T>): Promise<T> {
  const { connect } = await import("amqplib");
  const model = await connect(`amqp://guest:guest@${host}`);
  const result = await work(await model.createChannel());
  await model.close();
  return result;
}

const CASES: Case[] = [
  {
    name: "NATS JetStream",
    make: aNats,
    url: (host, password = "p%25w") => `nats://muster:${password}@${host}?subject=bots`,
    hint: (host) => `nats://${host}?subject=bots`,
    async prepare(host) {
      const { manager, close } = await natsManager(host);
      await manager.streams.add({ name: "BOTS", subjects: ["bots.>"] });
      await close();
    },
    async read(host) {
      const { manager, close } = await natsManager(host);
      const { state } = await manager.streams.info("BOTS");
      const messages: Message[] = [];
      for (let seq = 1; seq <= state.last_seq; seq++) {
        const stored = (await manager.streams.getMessage("BOTS", { seq }))!;
        const headers = Object.fromEntries(stored.header.keys().map((key) => [key, stored.header.get(key)]));
        const kind = stored.subject.slice("bots.".length);
        messages.push({ id: stored.header.get("Nats-Msg-Id"), kind, body: stored.string(), headers });
      }
      await close();
      return messages;
    },
    unprepared: /No stream keeps the subject bots\.webhook\.test: create one for bots\.>/,
  },
  {
    name: "Redis Streams",
    make: aRedisBroker,
    url: (host, password = "secret") => `redis://:${password}@${host}/1?stream=bots`,
    hint: (host) => `redis://${host}/1?stream=bots`,
    prepare: async () => {},
    async read(host) {
      const client = new Redis(`redis://:secret@${host}/1`);
      const entries = await client.xrange("bots", "-", "+");
      client.disconnect();
      return entries.map(([, flat]) => {
        const { body = "", ...headers } = Object.fromEntries(
          Array.from({ length: flat.length / 2 }, (_, at) => flat.slice(2 * at, 2 * at + 2)),
        );
        return { id: headers["webhook-id"], kind: headers["webhook-type"], body, headers };
      });
    },
  },
  {
    name: "RabbitMQ",
    make: aRabbit,
    url: (host, password = "guest") => `amqp://guest:${password}@${host}`,
    hint: (host) => `amqp://${host}?exchange=amq.topic`,
    prepare: (host) =>
      withRabbit(host, async (channel) => {
        await channel.assertQueue("bots", { durable: true });
        await channel.bindQueue("bots", "amq.topic", "#");
      }),
    read: (host) =>
      withRabbit(host, async (channel) => {
        const messages: Message[] = [];
        for (let got = await channel.get("bots"); got; got = await channel.get("bots")) {
          const { messageId: id, type: kind, headers } = got.properties;
          messages.push({ id, kind, body: got.content.toString(), headers } as Message);
        }
        return messages;
      }),
    unprepared: /No queue takes messages of the routing key webhook\.test from the exchange amq\.topic/,
  },
];

const admin = actor(1, "admin");
const HOUR = 3_600_000;
const numbersOf = (messages: Message[]) => messages.map(({ body }) => JSON.parse(body).data.n);

const cases = CASES.filter(({ name }) => isFull || name !== "RabbitMQ");
describe.each(cases)("$name", ({ make, url, hint, prepare, read, unprepared }) => {
  let room: TestDatabase;
  let broker: TestBroker;
  const bench = createWebhookBench();
  const { clock, log, service, add, note, deliver, states, reset, brokers } = bench;

  beforeAll(async () => {
    room = await openRoom(databases[0]!);
    await aStoredUser({ id: 1 });
    broker = await make();
    await broker.start();
  });
  afterAll(async () => {
    setInterests([]);
    await brokers.close();
    await broker.close();
    await room.close();
  });
  beforeEach(() => reset(room));

  it.runIf(unprepared)("says in the log what is missing at the broker", async () => {
    const { webhook } = await add({ url: url(broker.host) }, admin);
    expect(await log.test(admin, webhook.webhook_id)).toMatchObject({
      ...{ success: false, message: expect.stringMatching(unprepared!) },
    });
  });

  it("publishes the facts of each bot in order, with the body and the headers of a webhook's request", async () => {
    await prepare(broker.host);
    const { webhook, secret } = await add({ url: url(broker.host) }, admin);
    for (const n of [1, 2, 3]) for (const bot_id of ["b1", "b2"]) await note(n, { bot_id });
    await deliver();
    const id = webhook.webhook_id;
    expect(await states(id)).toEqual(Array(6).fill("sent"));
    const messages = await read(broker.host);
    const facts = await room.all<{ id: string; bot_id: string }>("SELECT id, bot_id FROM outbox_fact ORDER BY seq");
    for (const bot of ["b1", "b2"]) {
      const ids = facts.filter(({ bot_id }) => bot_id === bot).map((fact) => fact.id);
      expect(messages.map((one) => one.id).filter((one) => ids.includes(one))).toEqual(ids);
    }
    const { kind, body, headers } = messages[0]!;
    expect([kind, JSON.parse(body)]).toEqual(["command.completed", expect.objectContaining({ type: kind })]);
    const signature = new Webhook(secret).sign(headers["webhook-id"]!, new Date(clock.at), body);
    expect(headers).toMatchObject({ "webhook-signature": signature, "content-type": "application/json" });
  });

  it("loses nothing while the broker is away, and repeats the same ids in a replay", async () => {
    await prepare(broker.host);
    const { webhook } = await add({ url: url(broker.host) }, admin);
    const id = webhook.webhook_id;
    await note(1);
    await deliver();
    await read(broker.host);
    await broker.kill();
    await note(2);
    await note(3);
    await deliver();
    expect(await states(id)).toEqual(["sent", "queued", "queued"]);
    expect(await service.get(admin, id)).toMatchObject({
      state: "failing",
      last_error: expect.stringMatching(/broker/),
    });
    await broker.start();
    await prepare(broker.host);
    clock.at += HOUR;
    await deliver();
    expect(await states(id)).toEqual(["sent", "sent", "sent"]);
    const first = await read(broker.host);
    expect(numbersOf(first).slice(-2)).toEqual([2, 3]);
    await log.replay(admin, id, new Date(clock.at - 2 * HOUR).toISOString());
    await deliver();
    const again = await read(broker.host);
    const known = new Set((await room.all<{ id: string }>("SELECT id FROM outbox_fact")).map((fact) => fact.id));
    expect(again.slice(-3).filter((message) => !known.has(message.id))).toEqual([]);
  });

  it("names refused credentials in the log, and shows them to nobody", async () => {
    const { webhook } = await add({ url: url(broker.host, "wrong-one") }, admin);
    const id = webhook.webhook_id;
    await note(1);
    await deliver();
    const shown = await service.get(admin, id);
    expect(shown).toMatchObject({ state: "failing", hint: hint(broker.host) });
    expect(shown.last_error).toMatch(/refused the user name or the password/);
    const { deliveries } = await log.deliveries(admin, id, { limit: 10 });
    expect(deliveries[0]).toMatchObject({ status: "queued", error: shown.last_error });
    const rows = await room.all("SELECT * FROM webhook");
    expect(JSON.stringify([shown, deliveries, rows])).not.toContain("wrong-one");
  });
});

describe("the address of a broker", () => {
  let room: TestDatabase;
  const { add, service, reset } = createWebhookBench();
  const url = "nats://broker.internal:4222?subject=bots";

  beforeAll(async () => {
    room = await openRoom(databases[0]!);
    await aStoredUser({ id: 1 });
  });
  afterAll(() => room.close());
  beforeEach(() => reset(room));

  it("is set by admins only", async () => {
    await expect(add({ url })).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { webhook } = await add();
    const change = updateWebhook.body.parse({ url });
    await expect(service.update(actor(1), webhook.webhook_id, change)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await service.update(admin, webhook.webhook_id, change)).toMatchObject({ hint: url });
  });

  it.each([
    ["nats://broker.internal?subjct=bots", /takes subject only, not subjct/],
    ["nats://broker.internal?subject=bots.*", /subject has characters/],
    ["nats://broker.internal/bots", /no path/],
    ["redis://broker.internal/bots", /number of a database/],
    ["amqp://broker.internal?exchange=a%20b", /exchange has characters/],
    ["amqp://user:100%@broker.internal", /%25/],
  ])("is refused as %s", async (wrong, message) => {
    await expect(add({ url: wrong }, admin)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(message),
    });
  });
});
