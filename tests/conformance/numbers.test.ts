/** CONTRACT §1.10: integers keep their digits on every path through the server. Compares raw text. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { aBot, aUser, type TestBot, type TestUser, theAdmin, unique } from "../factories";
import { closeSockets, connected } from "../sockets";
import { theServer } from "../the-server";

const ID = "1497549923779084388";
/** The value after JSON.parse, which rounds it. */
const ROUNDED = "1497549923779084";
const FREE = `{"user_id":${ID},"min":-9223372036854775808,"odd":9007199254740993,"most":18446744073709551615,"long":1234567890123456789012345678901234567890,"deep":[{"id":${ID}}]}`;

let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  ada = await aUser();
});
beforeEach(async () => {
  bot = await aBot(ada);
});
const lines: WebSocket[] = [];
afterEach(() => {
  closeSockets();
  for (const line of lines.splice(0)) line.terminate();
});

type Api = TestUser["api"];
/** The text of an answer that must be a success. */
async function sent(api: Api, line: string, body?: string): Promise<string> {
  const { status, text } = await api.send(line, { body });
  expect(status, `${line}: ${text}`).toBe(200);
  return text;
}
const send = (payload = FREE, type = "kick") =>
  sent(ada.api, `POST /api/bot/${bot.id}/send-command`, `{"type":"${type}","payload":${payload}}`);
const idOf = (text: string) => /"id":"(cmd_\w+)"/.exec(text)?.[1] as string;

/** A WebSocket that keeps frames as text; `until` waits for a frame that contains all of these. */
async function rawSocket(path: string, protocol?: string, headers?: Record<string, string>) {
  const line = new WebSocket(theServer().url.replace("http", "ws") + path, protocol, { headers });
  lines.push(line);
  const frames: string[] = [];
  line.on("message", (data) => frames.push(String(data)));
  await new Promise((resolve, reject) => line.once("open", resolve).once("error", reject));
  const hears = (...texts: string[]) =>
    expect.poll(() => frames.some((frame) => texts.every((text) => frame.includes(text))) || frames).toBe(true);
  return { say: (text: string) => line.send(text), hears, frames };
}
async function socketIo(token: string) {
  const line = await rawSocket("/socket.io/?EIO=4&transport=websocket");
  line.say(`40{"token":"${token}"}`);
  await line.hears('42["connection_established"');
  return line;
}

describe("over REST", () => {
  it("keeps a command's payload and result, wherever they are read", async () => {
    const text = await send();
    expect(text).toContain(`"payload":${FREE}`);
    const id = idOf(text);
    expect(await sent(bot.api, `GET /api/bot/${bot.id}/commands`)).toContain(`"payload":${FREE}`);
    const acked = await sent(bot.api, `POST /api/commands/${id}/ack`, `{"status":"completed","result":${FREE}}`);
    expect(acked).toContain(`"payload":${FREE},"status":"completed","result":${FREE}`);
    for (const path of [`/api/commands/${id}`, "/api/commands", `/api/bot/${bot.id}/commands-history`])
      expect(await sent(ada.api, `GET ${path}`)).toContain(`"payload":${FREE},"status":"completed","result":${FREE}`);
  });

  it("keeps them for many bots, and in a command that is queued again", async () => {
    const text = await sent(
      ada.api,
      "POST /api/commands/bulk",
      `{"bot_ids":["${bot.id}"],"type":"kick","payload":${FREE}}`,
    );
    expect(text).toContain(`"payload":${FREE}`);
    const id = idOf(text);
    await sent(ada.api, `POST /api/commands/${id}/cancel`);
    expect(await sent(ada.api, `POST /api/commands/${id}/retry`)).toContain(`"payload":${FREE}`);
  });

  it("tells payloads apart that differ beyond the 53rd bit, under one idempotency key", async () => {
    const body = (payload: string) => `{"type":"kick","payload":${payload},"idempotency_key":"k"}`;
    const line = `POST /api/bot/${bot.id}/send-command`;
    const first = idOf(await sent(ada.api, line, body(`{"id":${ID}}`)));
    expect(idOf(await sent(ada.api, line, body(`{"id":${ID}}`)))).toBe(first);
    await ada.api.refused(line, "CONFLICT", { body: body('{"id":1497549923779084389}') });
  });

  it("keeps the metadata of logs and messages, and a message's ids as text", async () => {
    const log = `{"type":"info","message":"kicked","metadata":${FREE}}`;
    await sent(bot.api, `POST /api/bot/${bot.id}/logs`, `[${log},${log}]`);
    expect(await sent(ada.api, `GET /api/logs?bot_id=${bot.id}`)).toContain(`"metadata":${FREE}`);
    const message = `{"message":"hi","author_id":${ID},"thread_id":-9223372036854775808,"metadata":${FREE}}`;
    await sent(bot.api, `POST /api/bot/${bot.id}/messages`, message);
    const listed = await sent(ada.api, `GET /api/messages?bot_id=${bot.id}`);
    expect(listed).toContain(`"author_id":"${ID}"`);
    expect(listed).toContain('"thread_id":"-9223372036854775808"');
    expect(listed).toContain(`"metadata":${FREE}`);
    expect(await sent(ada.api, `GET /api/messages?thread_id=-9223372036854775808&bot_id=${bot.id}`)).toContain(ID);
  });

  it("keeps them in exports of each format", async () => {
    await send();
    await sent(bot.api, `POST /api/bot/${bot.id}/logs`, `{"message":"kicked","metadata":${FREE}}`);
    await sent(
      bot.api,
      `POST /api/bot/${bot.id}/messages`,
      `{"message":"hi","author_id":${ID},"thread_id":"1","metadata":${FREE}}`,
    );
    for (const name of ["logs", "messages"]) {
      for (const format of ["json", "ndjson"])
        expect(await sent(ada.api, `GET /api/export/${name}?bot_id=${bot.id}&format=${format}`)).toContain(
          `"metadata":${FREE}`,
        );
      expect(await sent(ada.api, `GET /api/export/${name}?bot_id=${bot.id}&format=csv`)).toContain(
        FREE.replaceAll('"', '""'),
      );
    }
    const whole = await sent(ada.api, `GET /api/export/bot-data/${bot.id}`);
    expect(whole).toContain(`"payload":${FREE}`);
    expect(whole).toContain(`"metadata":${FREE}`);
  });

  it("keeps a bot's metadata, settings and synced data", async () => {
    const created = await sent(ada.api, "POST /api/my-bots", `{"name":"Numbers","metadata":${FREE}}`);
    const id = /"bot_id":"([^"]+)"/.exec(created)?.[1];
    expect(await sent(ada.api, `GET /api/bot/${id}/info`)).toContain(`"metadata":${FREE}`);
    await sent(ada.api, `PUT /api/my-bots/${id}`, `{"metadata":{"id":${ID}}}`);
    expect(await sent(ada.api, "GET /api/bots")).toContain(`"metadata":{"id":${ID}}`);
    expect(await sent(ada.api, `PUT /api/bot/${bot.id}/settings`, FREE)).toContain(FREE);
    expect(await sent(bot.api, `GET /api/bot/${bot.id}/settings`)).toContain(`"settings":${FREE}`);
    await sent(bot.api, `POST /api/bot/${bot.id}/sync`, `{"groups":[${FREE}],"metadata":${FREE}}`);
    await sent(bot.api, `POST /api/bot/${bot.id}/sync`, `{"friends":[${ID}]}`);
    for (const path of [`/api/bot/${bot.id}/data`, `/api/my-bots/${bot.id}/data`]) {
      const data = await sent(ada.api, `GET ${path}`);
      expect(data).toContain(`"groups":[${FREE}]`);
      expect(data).toContain(`"metadata":${FREE}`);
      expect(data).toContain(`"friends":[${ID}]`);
    }
  });

  it("keeps them in a bot's registration, on both documents' paths", async () => {
    const id = unique("number-");
    const registered = await sent(ada.api, "POST /api/bots/register", `{"bot_id":"${id}","metadata":${FREE}}`);
    expect(registered).toContain(`"metadata":${FREE}`);
    const other = unique("number-");
    await sent(ada.api, "POST /register", `{"bot_id":"${other}","name":"n","guild":${ID}}`);
    expect(await sent(ada.api, `GET /api/bot/${other}/info`)).toContain(`"guild":${ID}`);
    await sent(ada.api, "POST /command", `{"bot_id":"${other}","command":"kick","params":${FREE}}`);
    expect(await sent(ada.api, `GET /commands/${other}`)).toContain(`"params":${FREE}`);
  });

  it("keeps a manifest's examples, enumerations and defaults, and checks payloads by all digits", async () => {
    const params = `{"type":"object","properties":{"id":{"type":"integer","enum":[${ID}],"default":${ID},"examples":[${ID}]},"limit":{"type":"integer","maximum":9223372036854775807}}}`;
    const manifest = `{"commands":[{"name":"kick","params":${params}}]}`;
    expect(await sent(bot.api, `PUT /api/bot/${bot.id}/manifest`, manifest)).toContain(params);
    expect(await sent(ada.api, `GET /api/bot/${bot.id}/manifest`)).toContain(params);
    expect(await sent(ada.api, `GET /api/manifests/common?bot_ids=${bot.id}`)).toContain(params);
    await send(`{"id":${ID},"limit":9223372036854775807}`);
    const refuse = async (payload: string) =>
      (
        await ada.api.refused(`POST /api/bot/${bot.id}/send-command`, "INVALID_INPUT", {
          body: `{"type":"kick","payload":${payload}}`,
        })
      ).error;
    expect(await refuse('{"id":1497549923779084389}')).toContain(`must be one of ${ID}`);
    expect(await refuse('{"limit":9223372036854775808}')).toContain("payload.limit: 9223372036854775808");
  });

  it("accepts configured ids as integers, and keeps them as text", async () => {
    const { api } = await theAdmin();
    const answer = await sent(api, "PUT /api/config/channels", `{"log_channel_id":${ID}}`);
    expect(answer).toContain(`"log_channel_id":"${ID}"`);
    await sent(api, "POST /api/config/channels/reset");
  });

  it.each([
    ["send-command", '{"type":"kick","payload":{"to":{"id":1e400}}}', "payload.to.id"],
    ["logs", '[{"message":"a"},{"message":"b","metadata":{"n":-1e999}}]', "1.metadata.n"],
    ["messages", '{"message":"a","author_id":1e400,"thread_id":"1"}', "author_id"],
    ["sync", `{"metadata":{"n":${"9".repeat(400)}}}`, "metadata.n"],
  ])("refuses at %s a number that cannot be kept, naming the field", async (path, body, field) => {
    const api = path === "send-command" ? ada.api : bot.api;
    const { details, error } = await api.refused(`POST /api/bot/${bot.id}/${path}`, "INVALID_INPUT", { body });
    expect(details?.field).toBe(field);
    expect(error).toMatch(/^.+: must be a number that can be kept/);
  });

  it("refuses a large integer where a small one is wanted, as any other wrong number", async () => {
    const body = `{"type":"kick","priority":${ID}}`;
    const { details } = await ada.api.refused(`POST /api/bot/${bot.id}/send-command`, "INVALID_INPUT", { body });
    expect(details?.field).toBe("priority");
  });
});

describe("over Socket.IO", () => {
  it("keeps them in pushed commands and watched events", async () => {
    const [forBot, forPage] = [await socketIo(bot.token), await socketIo(ada.jwt)];
    const command = await send();
    await forBot.hears('"new_command"', `"payload":${FREE}`);
    await forPage.hears('"new_command"', `"payload":${FREE}`);
    await sent(bot.api, `POST /api/commands/${idOf(command)}/ack`, `{"result":${FREE}}`);
    await forPage.hears('"command_update"', `"result":${FREE}`);
    await sent(bot.api, `POST /api/bot/${bot.id}/logs`, `{"message":"kicked","metadata":${FREE}}`);
    await forPage.hears('"new_log"', `"metadata":${FREE}`);
    await sent(ada.api, `PUT /api/bot/${bot.id}/settings`, FREE);
    await forBot.hears('"settings_update"', `"settings":${FREE}`);
    await sent(bot.api, `POST /api/bot/${bot.id}/sync`, `{"metadata":${FREE}}`);
    await forPage.hears('"bot_data_sync"', `"metadata":${FREE}`);
    for (const frame of [...forBot.frames, ...forPage.frames]) expect(frame).not.toMatch(`${ROUNDED}\\d00[^\\d]`);
  });

  it("keeps them in batches for the console", async () => {
    const page = await socketIo(ada.jwt);
    page.say('42["watch",{"topics":["logs"]}]');
    await expect
      .poll(async () => {
        await sent(bot.api, `POST /api/bot/${bot.id}/logs`, `{"message":"kicked","metadata":${FREE}}`);
        return page.frames.some((frame) => frame.includes('"batch"') && frame.includes(`"metadata":${FREE}`));
      })
      .toBe(true);
  });

  it("keeps them in events of a bot and of a person", async () => {
    const [forBot, forPage] = [await socketIo(bot.token), await socketIo(ada.jwt)];
    const id = idOf(await send());
    forBot.say(`421["ack",{"command_id":"${id}","status":"completed","result":${FREE}}]`);
    await forBot.hears("431[", `"result":${FREE}`);
    forPage.say(
      `42["send_message",{"bot_id":"${bot.id}","thread_id":${ID},"thread_type":"GROUP","message":"hi","metadata":${FREE}}]`,
    );
    await forBot.hears('"new_command"', `"thread_id":"${ID}"`, `"metadata":${FREE}`);
  });

  it("answers a number that cannot be kept with an error that names the field, and stays connected", async () => {
    const page = await socketIo(ada.jwt);
    const message = (n: string) =>
      `["send_message",{"bot_id":"${bot.id}","thread_id":"1","thread_type":"GROUP","message":"hi","metadata":{"n":${n}}}]`;
    page.say(`421${message("1e400")}`);
    await page.hears("431[", "INVALID_INPUT", '"field":"metadata.n"');
    page.say(`42${message("1")}`);
    await page.hears('"message_sent"', '"queued"');
  });

  it("works with a stock client", async () => {
    const { event } = await connected({ token: bot.token });
    await send();
    const heard = await event("new_command");
    expect(heard.payload.user_id).toBe(Number(ID));
  });
});

describe("over /ws", () => {
  it("refuses a number that cannot be kept, naming the field", async () => {
    const line = await rawSocket(`/ws?token=${ada.jwt}`);
    line.say('{"type":"subscribe","channel":"task_updates","taskId":1e400}');
    await line.hears('"INVALID_INPUT"', "taskId");
  });
});

describe("over GraphQL", () => {
  const ask = (query: string, variables = "{}") =>
    ada.api.send("POST /graphql", { body: `{"query":${JSON.stringify(query)},"variables":${variables}}` });
  const SEND =
    'mutation($id: ID!, $payload: JSON) { sendCommand(botId: $id, type: "kick", payload: $payload) { command { id payload } } }';

  it("keeps them in variables, in the query's own text, and in answers", async () => {
    const { text } = await ask(SEND, `{"id":"${bot.id}","payload":${FREE}}`);
    expect(text).toContain(`"payload":${FREE}`);
    const literal = `mutation($n: JSON) { sendCommand(botId: "${bot.id}", type: "kick", payload: {id: ${ID}, list: [-9223372036854775808, $n], ok: true, x: 1.5, e: A, s: "${ID}", z: null}) { command { payload } } }`;
    expect((await ask(literal, `{"n":${ID}}`)).text).toContain(
      `"payload":{"id":${ID},"list":[-9223372036854775808,${ID}],"ok":true,"x":1.5,"e":"A","s":"${ID}","z":null}`,
    );
    const search = new URLSearchParams({
      query: "query($id: ID!) { bot(id: $id) { commands(first: 1) { edges { node { payload } } } } }",
      variables: `{"id":"${bot.id}"}`,
    });
    const { status, text: read } = await ada.api.send(`GET /graphql?${search}`);
    expect(status, read).toBe(200);
    expect(read).toContain(`"payload":{"id":${ID},`);
  });

  it("keeps an id that comes as an integer", async () => {
    const byVariable = await ask("query($id: ID!) { bot(id: $id) { id } }", `{"id":${ID}}`);
    expect(byVariable.status, byVariable.text).toBe(200);
    expect(byVariable.text).not.toContain("cannot represent");
  });

  it("refuses numbers that cannot be kept, naming the field", async () => {
    expect((await ask(SEND, `{"id":"${bot.id}","payload":{"n":1e400}}`)).text).toContain(
      "variables.payload.n: must be",
    );
    const literal = await ask(
      `mutation { sendCommand(botId: "${bot.id}", type: "kick", payload: {n: [1e400]}) { command { id } } }`,
    );
    expect(literal.text).toContain("n.0: must be a number that can be kept");
  });

  it("answers them with an error that names the field over a WebSocket, which stays open", async () => {
    const line = await rawSocket("/graphql", "graphql-transport-ws", { authorization: `Bearer ${ada.jwt}` });
    // An unknown field with such a number does no harm and is not echoed.
    line.say('{"type":"connection_init","payload":{"n":1e400}}');
    await line.hears("connection_ack");
    line.say('{"type":"ping","payload":{"n":1e400,"m":1}}');
    await line.hears('{"type":"pong","payload":{"m":1}}');
    const query = JSON.stringify("query($id: ID!) { bot(id: $id) { id } }");
    const ask = (id: string, variables: string) =>
      line.say(`{"type":"subscribe","id":"${id}","payload":{"query":${query},"variables":${variables}}}`);
    ask("bad", `{"id":"${bot.id}","list":[1,1e400]}`);
    await line.hears('"type":"error"', '"id":"bad"', '"field":"variables.list.1"', '"code":"INVALID_INPUT"');
    ask("good", `{"id":"${bot.id}"}`);
    await line.hears('"type":"next"', '"id":"good"', bot.id);
  });

  it("keeps them in subscriptions over server-sent events and WebSockets, and in the variables of both", async () => {
    // A bot's id may consist of digits, and a client may send it as an integer.
    const id = `9${Array.from({ length: 18 }, () => Math.floor(Math.random() * 10)).join("")}`;
    await sent(ada.api, "POST /api/bots/register", `{"bot_id":"${id}"}`);
    const query = "subscription($id: ID!) { commandUpdates(botId: $id) { command { payload } } }";
    const ended = new AbortController();
    const search = new URLSearchParams({ query, variables: `{"id":${id}}` });
    const response = await fetch(`${theServer().url}/graphql?${search}`, {
      headers: { ...ada.api.headers, accept: "text/event-stream" },
      signal: ended.signal,
    });
    expect(response.status).toBe(200);
    const line = await rawSocket("/graphql", "graphql-transport-ws", { authorization: `Bearer ${ada.jwt}` });
    line.say('{"type":"connection_init"}');
    await line.hears("connection_ack");
    line.say(`{"type":"subscribe","id":"1","payload":{"query":${JSON.stringify(query)},"variables":{"id":${id}}}}`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let heard = "";
    // Subscriptions start with a delay, so send commands until both have received one.
    await expect
      .poll(async () => {
        await sent(ada.api, `POST /api/bot/${id}/send-command`, `{"type":"kick","payload":${FREE}}`);
        heard += new TextDecoder().decode((await reader.read()).value);
        return heard.includes(`"payload":${FREE}`) && line.frames.some((frame) => frame.includes(`"payload":${FREE}`));
      })
      .toBe(true);
    ended.abort();
  });
});
