/** Subscriptions of GraphQL over server-sent events and WebSockets. */
import { createClient } from "graphql-ws";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Api, Json } from "../api";
import { aBot, aUser, type TestUser } from "../factories";
import { PERCENT, SPEED } from "../graphql";
import { theServer } from "../the-server";

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const { url } = theServer();

/** The events of a subscription, in order. */
type Events = { next(): Promise<Json> };

async function bySse(user: TestUser, query: string, variables?: Json): Promise<Events> {
  const gone = new AbortController();
  closing.push(() => gone.abort());
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", authorization: `Bearer ${user.jwt}` },
    body: JSON.stringify({ query, variables }),
    signal: gone.signal,
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next() {
      for (;;) {
        const found = /event: (\w+)\ndata:(.*)\n\n/.exec(text);
        if (found) {
          text = text.slice(found.index + found[0].length);
          return found[1] === "next" ? JSON.parse(found[2]!) : "complete";
        }
        const { value, done } = await reader.read();
        if (done) return "end";
        text += value;
      }
    },
  };
}

function socketOf(user: TestUser, token = user.jwt) {
  const closed: Json[] = [];
  let onClosed = () => {};
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazy: true,
    on: {
      closed: (event) => {
        closed.push(event);
        onClosed();
      },
    },
  });
  closing.push(() => client.dispose());
  return {
    client,
    closed: () =>
      closed[0]
        ? Promise.resolve(closed[0])
        : new Promise<Json>((resolve) => {
            onClosed = () => resolve(closed[0]);
          }),
  };
}

async function bySocket(user: TestUser, query: string, variables?: Json): Promise<Events> {
  const iterator = socketOf(user).client.iterate({ query, variables });
  return { next: async () => (await iterator.next().then(({ done, value }) => (done ? "complete" : value))) as Json };
}

/** Sends what must succeed: an event that never comes would otherwise only be noticed by the test's limit. */
async function done(api: Api, line: string, input?: Parameters<Api["send"]>[1]): Promise<void> {
  const answer = await api.send(line, input);
  expect(answer.status, `${line} ${answer.text}`).toBe(200);
}

/** Repeats `say` until `listen` has heard what it waits for, because a subscription starts a moment after its request. */
async function saidUntilHeard<T>(say: () => Promise<void>, listen: () => Promise<T>): Promise<T> {
  let isHeard = false;
  const listening = listen().finally(() => {
    isHeard = true;
  });
  async function saying() {
    while (!isHeard) {
      await say();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const [heard] = await Promise.all([listening, saying()]);
  return heard;
}

describe.each([
  ["server-sent events", bySse],
  ["graphql-ws", bySocket],
] as const)("subscriptions by %s", (_name, subscribe) => {
  it("sends systemMetrics repeatedly", async () => {
    const events = await subscribe(
      await aUser(),
      "subscription { systemMetrics { timestamp cpuUsage memoryUsage diskUsage networkIn networkOut } }",
    );
    for (let n = 0; n < 2; n++)
      expect((await events.next()).data.systemMetrics).toEqual({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        ...{ cpuUsage: PERCENT, memoryUsage: PERCENT, diskUsage: PERCENT, networkIn: SPEED, networkOut: SPEED },
      });
  });

  it("sends taskProgress until the task ends", async () => {
    const user = await aUser();
    const body = { url: "https://files.invalid/file.zip", destination: "local" };
    const { taskId } = (await user.api.send("POST /api/download", { body })).json;
    const query = "subscription ($id: String!) { taskProgress(taskId: $id) { taskId progress speed eta status } }";
    const events = await subscribe(user, query, { id: taskId });
    const first = (await events.next()).data.taskProgress;
    expect(first).toMatchObject({ taskId, progress: expect.any(Number), status: expect.any(String) });
    await done(user.api, "DELETE /api/tasks/{task_id}", { params: { task_id: taskId } });
    let last: Json = first;
    for (let event = await events.next(); event !== "complete"; event = await events.next())
      last = event.data.taskProgress;
    expect(["cancelled", "failed"]).toContain(last.status);
  });

  it("logStream and commandUpdates send only events of the caller's bots", async () => {
    const [user, stranger] = [await aUser(), await aUser()];
    const [own, other] = [await aBot(user), await aBot(stranger)];
    const logs = await subscribe(user, 'subscription { logStream(level: "error") { message botId bot { name } } }');
    const commands = await subscribe(user, "subscription { commandUpdates { action command { botId } } }");
    const log = (bot: typeof own, type: string, message: string) =>
      done(bot.api, "POST /api/bot/{bot_id}/logs", { params: { bot_id: bot.id }, body: { type, message } });
    const say = async () => {
      await log(other, "error", "not yours");
      await log(own, "info", "not asked for");
      await log(own, "error", "yours");
      await done(stranger.api, "POST /api/commands", { body: { bot_id: other.id, type: "x" } });
      await done(user.api, "POST /api/commands", { body: { bot_id: own.id, type: "x" } });
    };
    const [line, command] = await saidUntilHeard(say, async () => [await logs.next(), await commands.next()]);
    expect(line.data.logStream).toEqual({ message: "yours", botId: own.id, bot: { name: "Greeter" } });
    expect(command.data.commandUpdates).toEqual({ action: "queued", command: { botId: own.id } });
  });

  it("ticketMessages sends notes only to staff, and nothing to strangers", async () => {
    const [user, staff] = [await aUser(), await aUser("moderator")];
    const body = { type: "Support", subject: "Cannot sign in", description: "The page says my code is wrong." };
    const { ticket_id } = (await user.api.send("POST /api/tickets", { body })).json;
    const query = "subscription ($t: ID!) { ticketMessages(ticketId: $t) { content isNote } }";
    const mine = await subscribe(user, query, { t: ticket_id });
    const theirs = await subscribe(staff, query, { t: ticket_id });
    const message = (content: string, is_note: boolean) =>
      done(staff.api, "POST /api/tickets/{ticket_id}/messages", { params: { ticket_id }, body: { content, is_note } });
    const say = async () => {
      await message("between us", true);
      await message("hello", false);
    };
    const heard = await saidUntilHeard(say, async () => [await mine.next(), await theirs.next(), await theirs.next()]);
    const [ours, ...both] = heard.map((one) => one.data.ticketMessages);
    expect(ours).toEqual({ content: "hello", isNote: false });
    expect(both.map(({ isNote }) => isNote).sort()).toEqual([false, true]);
  });

  it("is refused for what the caller may not see", async () => {
    const bot = await aBot(await aUser());
    const stranger = await aUser();
    for (const [query, variables] of [
      ["subscription ($id: ID!) { botUpdates(botId: $id) { action } }", { id: bot.id }],
      ["subscription ($id: ID!) { logStream(botId: $id) { id } }", { id: bot.id }],
      ['subscription { taskProgress(taskId: "task_123456") { taskId } }', {}],
    ] as const) {
      const events = await subscribe(stranger, query, variables);
      const answer = await events.next().catch((errors) => ({ errors }));
      expect(answer.errors[0].extensions.code).toBe("NOT_FOUND");
    }
  });

  it("ends with the credential", async () => {
    const user = await aUser();
    const events = await subscribe(user, "subscription { systemMetrics { timestamp } }");
    await events.next();
    await done(user.api, "POST /api/auth/logout");
    let last: Json = "";
    for (let n = 0; n < 5 && !/ended|complete|end/.test(JSON.stringify(last)); n++)
      last = await events.next().catch((error) => ({ ended: String(error?.reason ?? error) }));
    expect(JSON.stringify(last)).toMatch(/ended|complete|end/);
  });
});

describe("a WebSocket", () => {
  it("is closed with 4401 for an invalid credential, and with 4403 for a bot's", async () => {
    const user = await aUser();
    const bot = await aBot(user);
    for (const [token, code] of [
      ["nonsense", 4401],
      [bot.token, 4403],
    ] as const) {
      const { client, closed } = socketOf(user, token);
      client.subscribe({ query: "{ me { id } }" }, { next() {}, error() {}, complete() {} });
      expect((await closed()).code).toBe(code);
    }
  });

  it("answers queries and refuses operations over the limits, as HTTP does", async () => {
    const user = await aUser();
    const { client } = socketOf(user);
    const one = await client.iterate({ query: "{ me { username } }" }).next();
    expect(one.value).toEqual({ data: { me: { username: user.username } } });
    const big = { query: "{ bots(first: 200) { nodes { commands(first: 200) { nodes { bot { id } } } } } }" };
    const refused = await client.iterate(big).next();
    expect(refused.value?.errors?.[0]?.extensions?.code).toBe("INVALID_INPUT");
    const wrong = await client
      .iterate({ query: "{ nope }" })
      .next()
      .catch((errors) => errors);
    expect(wrong[0].extensions.code).toBe("INVALID_INPUT");
  });

  it("accepts the cookie only from our own pages", async () => {
    const { cookie } = await aUser();
    const connect = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
          headers: { cookie: `session_token=${cookie}`, origin },
        });
        closing.push(() => socket.terminate());
        socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
        socket.on("message", (text) => resolve(JSON.parse(String(text)).type));
        socket.on("close", (code) => resolve(String(code)));
      });
    expect(await connect(url)).toBe("connection_ack");
    expect(await connect("https://evil.example")).toBe("4403");
  });
});
