/** Bodies as programs really send them: byte order marks, other encodings and halves of characters. */
import { beforeAll, describe, expect, it } from "vitest";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";

let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  ada = await aUser();
  bot = await aBot(ada);
});

async function post(body: Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(`${bot.api.base}/api/bot/${bot.id}/logs`, {
    method: "POST",
    headers: { authorization: `Bearer ${bot.token}`, "content-type": "application/json", ...headers },
    body: new Uint8Array(body),
  });
  return { status: response.status, json: await response.json() };
}
const newest = async () => (await ada.api.send("GET /api/logs", { query: { bot_id: bot.id } })).json.logs[0];

const TEXT = '{"message":"café 😀"}';

describe("the encoding of a body", () => {
  it("skips a byte order mark", async () => {
    expect(await post(Buffer.from(`\uFEFF${TEXT}`))).toMatchObject({ status: 200 });
    expect((await newest()).message).toBe("café 😀");
  });

  it.each([
    ["gzip", Buffer.from(TEXT), { "content-encoding": "gzip" }, 415, "Content-Encoding"],
    [
      "Latin-1",
      Buffer.from(TEXT, "latin1"),
      { "content-type": "application/json; charset=latin1" },
      415,
      "Content-Type",
    ],
    ["UTF-16", Buffer.from(`\uFEFF${TEXT}`, "utf16le"), {}, 415, "Content-Type"],
  ] as const)("%s is refused, and says what to send", async (_, body, headers, status, field) => {
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status, json: { code: "UNSUPPORTED_MEDIA_TYPE", details: { field } } });
    expect(answer.json.error).toMatch(/; send /);
  });

  it("refuses bytes that are not UTF-8, and stores nothing", async () => {
    expect(await post(Buffer.from('{"message":"café"}', "latin1"))).toMatchObject({ status: 400 });
    expect((await newest()).message).toBe("café 😀");
  });
});

describe("half a surrogate pair", () => {
  const params = () => ({ bot_id: bot.id });
  const half = '"x \\ud83d y"';
  const whole = "x \uFFFD y";

  it("becomes the replacement character in every text and object, on either database", async () => {
    await bot.api.send("POST /api/bot/{bot_id}/logs", {
      params: params(),
      body: `{"message":${half},"metadata":{"deep":[${half}],${half}:1}}`,
    });
    expect(await newest()).toMatchObject({ message: whole, metadata: { deep: [whole], [whole]: 1 } });
    const sent = await ada.api.send("POST /api/bot/{bot_id}/send-command", {
      params: params(),
      body: `{"type":"say","payload":{"text":${half}}}`,
    });
    expect(sent.json.command.payload).toEqual({ text: whole });
    expect(sent.text).not.toMatch(/\\ud83d/i);
    const named = await ada.api.send("POST /api/my-bots", { body: `{"name":${half},"metadata":{"a":${half}}}` });
    const read = await ada.api.send("GET /api/my-bots/{bot_id}", { params: { bot_id: named.json.bot_id } });
    expect(read.json.bot).toMatchObject({ name: whole, metadata: { a: whole } });
    const settings = await ada.api.send("PUT /api/bot/{bot_id}/settings", { params: params(), body: `{"a":${half}}` });
    expect(settings.status, settings.text).toBe(200);
    const got = await ada.api.send("GET /api/bot/{bot_id}/settings", { params: params() });
    expect(JSON.stringify(got.json)).toContain(whole);
  });
});

it("keeps a key named __proto__ as it keeps every other one", async () => {
  const owner = await aUser();
  const bot = await aBot(owner);
  const params = { bot_id: bot.id };
  const text = '{"__proto__":{"a":1},"b":{"__proto__":2}}';
  const headers = { "content-type": "application/json" };
  const sent = await owner.api.send("POST /api/bot/{bot_id}/send-command", {
    ...{ params, headers, body: `{"type":"ping","payload":${text}}` },
  });
  expect(sent.text).toContain(`"payload":${text}`);
  const settings = await owner.api.send("PUT /api/bot/{bot_id}/settings", { params, headers, body: text });
  expect(settings.text).toContain(`"settings":${text}`);
  const synced = `{"metadata":${text}}`;
  expect((await bot.api.send("POST /api/bot/{bot_id}/sync", { params, headers, body: synced })).status).toBe(200);
  expect((await owner.api.send("GET /api/bot/{bot_id}/data", { params })).text).toContain(`"metadata":${text}`);
  const logged = `{"message":"hello","metadata":${text}}`;
  expect((await bot.api.send("POST /api/bot/{bot_id}/logs", { params, headers, body: logged })).status).toBe(200);
  expect((await owner.api.send("GET /api/logs", { query: params })).text).toContain(`"metadata":${text}`);
});
