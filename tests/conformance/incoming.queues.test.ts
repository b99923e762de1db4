/** Incoming webhooks that take the messages of real message brokers: what becomes of each message, and whose rights it has. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../api";
import { aNats, aRabbit, aRedisBroker, type TestBroker } from "../brokers";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { isFull } from "../full";

type Case = {
  name: string;
  make(): Promise<TestBroker>;
  url(host: string, password?: string): string;
  hint(host: string): string;
  prepare(host: string): Promise<unknown>;
  publish(host: string, id: string, body: string): Promise<unknown>;
  /** Counts the messages that the broker still has to deliver, and those that it moved to the dead letters. */
  left(host: string): Promise<{ waiting: number; dead?: number }>;
};

async function withNats<T>(host: string, work: (js: import("@nats-io/jetstream").JetStreamManager) => Promise<T>) {
  const { connect } = await import("@nats-io/transport-node");
  const { jetstreamManager } = await import("@nats-io/jetstream");
  const connection = await connect({ servers: host, user: "muster", pass: "p%w" });
  const result = await work(await jetstreamManager(connection));
  await connection.close();
  return result;
}
async function withRabbit<T>(host: string, work: (channel: import("amqplib").ConfirmChannel) => Promise<T>) {
  const { connect } = await import("amqplib");
  const model = await connect(`amqp://guest:guest@${host}`);
  const result = await work(await model.createConfirmChannel());
  await model.close();
  return result;
}
async function withRedis<T>(host: string, work: (client: Redis) => Promise<T>) {
  const client = new Redis(`redis://:secret@${host}/1`);
  const result = await work(client);
  client.disconnect();
  return result;
}

const CASES: Case[] = [
  {
    name: "NATS JetStream",
    make: aNats,
    url: (host, password = "p%25w") => `nats://muster:${password}@${host}?stream=COMMANDS`,
    hint: (host) => `nats://${host}?stream=COMMANDS&consumer=muster`,
    prepare: (host) =>
      withNats(host, async ({ streams, consumers }) => {
        await streams.add({ name: "COMMANDS", subjects: ["commands"], duplicate_window: 100_000_000 });
        await consumers.add("COMMANDS", { durable_name: "muster", ack_policy: "explicit" });
      }),
    publish: (host, id, body) =>
      withNats(host, async (manager) => {
        const { headers } = await import("@nats-io/transport-node");
        const fields = headers();
        fields.set("webhook-id", id);
        return manager.jetstream().publish("commands", body, { headers: fields });
      }),
    left: (host) =>
      withNats(host, async ({ consumers }) => {
        const { num_pending, num_ack_pending } = await consumers.info("COMMANDS", "muster");
        return { waiting: num_pending + num_ack_pending };
      }),
  },
  {
    name: "Redis Streams",
    make: aRedisBroker,
    url: (host, password = "secret") => `redis://:${password}@${host}/1?stream=commands`,
    hint: (host) => `redis://${host}/1?stream=commands&group=muster`,
    prepare: async () => {},
    publish: (host, id, body) =>
      withRedis(host, (client) => client.xadd("commands", "*", "webhook-id", id, "body", body)),
    left: (host) =>
      withRedis(host, async (client) => {
        const [group] = (await client.xinfo("GROUPS", "commands")) as unknown[][];
        const fields = Object.fromEntries(
          Array.from({ length: group!.length / 2 }, (_, at) => [group![2 * at], group![2 * at + 1]]),
        );
        const [{ "last-delivered-id": last, pending }] = [fields];
        const rest = await client.xrange("commands", `(${last}`, "+");
        return { waiting: Number(pending) + rest.length };
      }),
  },
  {
    name: "RabbitMQ",
    make: aRabbit,
    url: (host, password = "guest") => `amqp://guest:${password}@${host}?queue=commands`,
    hint: (host) => `amqp://${host}?queue=commands`,
    prepare: (host) =>
      withRabbit(host, async (channel) => {
        await channel.assertQueue("dead", { durable: true });
        const dead = { deadLetterExchange: "", deadLetterRoutingKey: "dead" };
        await channel.assertQueue("commands", { durable: true, ...dead });
      }),
    publish: (host, messageId, body) =>
      withRabbit(host, async (channel) => {
        channel.sendToQueue("commands", Buffer.from(body), { messageId, persistent: true });
        await channel.waitForConfirms();
      }),
    left: (host) =>
      withRabbit(host, async (channel) => ({
        waiting: (await channel.checkQueue("commands")).messageCount,
        dead: (await channel.checkQueue("dead")).messageCount,
      })),
  },
];

const create = (by: TestUser, body: object) => by.api.send("POST /api/incoming-webhooks", { body: body as Json });
const shown = async (by: TestUser, hook: Json): Promise<Json> =>
  (await by.api.send("GET /api/incoming-webhooks/{hook_id}", { params: { hook_id: hook.hook_id } })).json;
const change = (by: TestUser, hook: Json, body: object) =>
  by.api.send("PATCH /api/incoming-webhooks/{hook_id}", { params: { hook_id: hook.hook_id }, body: body as Json });

const cases = CASES.filter(({ name }) => isFull || name !== "RabbitMQ");
describe.each(cases)("$name", ({ make, url, hint, prepare, publish, left }) => {
  let broker: TestBroker;
  let admin: TestUser;
  let owner: TestUser;
  let bot: TestBot;
  let hook: Json;

  /** The payloads of the bot's commands, oldest first. */
  const numbers = async (): Promise<number[]> => {
    const { json } = await owner.api.send("GET /api/commands", { query: { bot_id: bot.id, limit: 50 } });
    return json.commands.map(({ payload }: Json) => payload.n).reverse();
  };

  beforeAll(async () => {
    [admin, owner] = [await theAdmin(), await aUser()];
    bot = await aBot(owner);
    broker = await make();
    await broker.start();
    await prepare(broker.host);
    const action = { kind: "command", bot_id: bot.id, type: "count", payload: { n: "{{n}}" } };
    hook = (await create(owner, { name: unique("Queue "), action })).json.hook;
  });
  afterAll(async () => {
    await owner.api.send("DELETE /api/incoming-webhooks/{hook_id}", { params: { hook_id: hook.hook_id } });
    await broker.close();
  });

  it("lets only an admin name the queue, and leaves the webhook the rights of its person", async () => {
    const source = url(broker.host);
    expect((await change(owner, hook, { source })).status).toBe(403);
    const action = { kind: "log", bot_id: bot.id, message: "{{.}}" };
    expect((await create(owner, { name: "Mine", action, source })).status).toBe(403);
    const { status, json, text } = await change(admin, hook, { source });
    expect([status, json.hook]).toMatchObject([200, { source_hint: hint(broker.host), acts_as: hook.acts_as }]);
    expect(text).not.toContain(`${source.split("@")[0]}@`);
    const foreign = await aBot(await aUser());
    const other = { kind: "command", bot_id: foreign.id, type: "count" };
    expect((await change(owner, hook, { action: other })).status).toBe(404);
  });

  it("makes one command of each message though it is delivered again, and logs what it refuses", async () => {
    await publish(broker.host, "first", `{"n":1}`);
    await publish(broker.host, "first", `{"n":1}`);
    await publish(broker.host, "bad", "no JSON");
    await publish(broker.host, "second", `{"n":2}`);
    expect(await eventually(numbers, (all) => all.length === 2)).toEqual([1, 2]);
    const { dead = 1 } = await eventually(
      () => left(broker.host),
      ({ waiting }) => waiting === 0,
    );
    expect(dead).toBe(1);
    const { deliveries } = await shown(owner, hook);
    expect(deliveries).toMatchObject([
      { outcome: "done" },
      { outcome: "refused", reason: "The body is not valid JSON" },
      { outcome: "done" },
    ]);
    expect(await numbers()).toEqual([1, 2]);
  });

  it("says that the broker is away, and goes on when it is back", async () => {
    await broker.kill();
    const trouble = await eventually(
      () => shown(owner, hook),
      ({ hook: { last_error } }) => last_error !== null,
    );
    expect(trouble.hook.last_error).toMatch(/^The queue could not be read\. The broker/);
    await broker.start();
    await prepare(broker.host);
    await publish(broker.host, unique("third "), `{"n":3}`);
    expect(await eventually(numbers, (all) => all.length === 3)).toEqual([1, 2, 3]);
    await eventually(
      () => shown(owner, hook),
      ({ hook: { last_error } }) => last_error === null,
    );
  });

  it("leaves the messages at the broker while the webhook is paused, and names refused credentials", async () => {
    await change(owner, hook, { paused: true });
    await publish(broker.host, unique("fourth "), `{"n":4}`);
    await change(admin, hook, { source: url(broker.host, "wrong-one"), paused: false });
    const { hook: refused } = await eventually(
      () => shown(owner, hook),
      ({ hook: { last_error } }) => last_error !== null,
    );
    expect(refused.last_error).toMatch(/refused the user name or the password/);
    expect(JSON.stringify(refused)).not.toContain("wrong-one");
    await change(admin, hook, { source: url(broker.host) });
    expect(await eventually(numbers, (all) => all.length === 4)).toEqual([1, 2, 3, 4]);
  });
});
