/** Large integers over Socket.IO, `/ws` and GraphQL: no digit is lost, and one that cannot be kept is refused. */
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ada, bot, FREE, ID, idOf, lines, send, sent } from "../numbers";
import { connected } from "../sockets";
import { theServer } from "../the-server";

/** The value after JSON.parse, which rounds it. */
const ROUNDED = "1497549923779084";

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
