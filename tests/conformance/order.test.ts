/** The order of lists (CONTRACT §1.13): the documented one by default, either on request, and pages that keep it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../api";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";

const OLDEST_FIRST = ["n1", "n2", "n3", "n4", "n5"];
const inOrder = (order: "asc" | "desc", names = OLDEST_FIRST) => (order === "asc" ? names : names.toReversed());

let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  ada = await aUser();
  bot = await aBot(ada);
  const params = { bot_id: bot.id };
  for (const name of OLDEST_FIRST) {
    const message = { message: `word ${name}`, author_id: "1", author_name: "a", thread_id: "t", thread_type: "USER" };
    for (const [api, line, body] of [
      [bot.api, "POST /api/bot/{bot_id}/logs", { type: "info", message: `word ${name}` }],
      [bot.api, "POST /api/bot/{bot_id}/messages", message],
      [ada.api, "POST /api/bot/{bot_id}/send-command", { type: name, payload: {} }],
    ] as const) {
      const answer = await api.send(line, { params, body });
      expect(answer.status, answer.text).toBe(200);
    }
  }
});

const textOf = (row: Json): string => row.message?.replace("word ", "") ?? row.type;
const textsOf = (json: Json, list: string): string[] => json[list].map(textOf);

/** Reads all pages of a list, two rows each. */
async function walked(line: string, list: string, query: Record<string, string>): Promise<string[]> {
  const texts: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const answer: Json = await ada.api.send(line, {
      params: { bot_id: bot.id },
      query: { ...query, limit: "2", ...(cursor && { cursor }) },
    });
    expect(answer.status, answer.text).toBe(200);
    texts.push(...textsOf(answer.json, list));
    cursor = answer.json.next_cursor;
  }
  return texts;
}

const LISTS = [
  ["GET /api/logs", "logs", {}],
  ["GET /api/logs", "logs", { search: "word" }],
  ["GET /api/messages", "messages", {}],
  ["GET /api/messages", "messages", { search: "word" }],
  ["GET /api/messages", "messages", { thread_id: "t" }],
  ["GET /api/commands", "commands", {}],
  ["GET /api/bot/{bot_id}/commands-history", "commands", {}],
] as const;

describe("lists page through every row once", () => {
  it.each(LISTS)("%s (%s, %j): newest first, or as order says", async (line, list, filter) => {
    const query = { ...filter, ...(line.includes("{bot_id}") ? {} : { bot_id: bot.id }) };
    expect(await walked(line, list, query)).toEqual(inOrder("desc"));
    for (const order of ["asc", "desc"] as const)
      expect(await walked(line, list, { ...query, order })).toEqual(inOrder(order));
  });

  it("logs since an id are oldest first, or newest first on request", async () => {
    const { json } = await ada.api.send("GET /api/logs", { query: { bot_id: bot.id, order: "asc", limit: "2" } });
    const since = String(json.logs[1].id);
    const query = { bot_id: bot.id, since };
    const texts = async (more: Record<string, string>) =>
      textsOf((await ada.api.send("GET /api/logs", { query: { ...query, ...more } })).json, "logs");
    expect(await texts({})).toEqual(["n3", "n4", "n5"]);
    expect(await texts({ order: "desc" })).toEqual(["n5", "n4", "n3"]);
    expect(await walked("GET /api/logs", "logs", { ...query, order: "asc" })).toEqual(["n3", "n4", "n5"]);
    expect(await walked("GET /api/logs", "logs", { ...query, order: "desc" })).toEqual(["n5", "n4", "n3"]);
  });
});

describe("exports are oldest first, or as order says", () => {
  it.each([
    ["GET /api/export/logs", "logs"],
    ["GET /api/export/messages", "messages"],
  ])("%s", async (line, list) => {
    const ask = async (query: Record<string, string>) =>
      textsOf((await ada.api.send(line, { query: { bot_id: bot.id, ...query } })).json, list);
    expect(await ask({})).toEqual(inOrder("asc"));
    for (const order of ["asc", "desc"] as const) {
      expect(await ask({ order })).toEqual(inOrder(order));
      expect(await ask({ order, limit: "2" })).toEqual(inOrder(order, ["n4", "n5"]));
      expect(await ask({ order, search: "word", limit: "2" })).toEqual(inOrder(order, ["n4", "n5"]));
    }
  });

  it("GET /api/export/bot-data/{bot_id}: each of its lists", async () => {
    for (const query of [{}, { order: "asc" }, { order: "desc" }] as Record<string, "asc" | "desc">[]) {
      const { json } = await ada.api.send("GET /api/export/bot-data/{bot_id}", { params: { bot_id: bot.id }, query });
      for (const list of ["commands", "logs", "messages"])
        expect(textsOf(json, list)).toEqual(inOrder(query.order ?? "asc"));
    }
  });
});
