/** Large integers, and the lines that tests send them over. */
import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { WebSocket } from "ws";
import { aBot, aUser, type TestBot, type TestUser } from "./factories";
import { closeSockets } from "./sockets";

export const ID = "1497549923779084388";
export const FREE = `{"user_id":${ID},"min":-9223372036854775808,"odd":9007199254740993,"most":18446744073709551615,"long":1234567890123456789012345678901234567890,"deep":[{"id":${ID}}]}`;
export let ada: TestUser;
export let bot: TestBot;
beforeAll(async () => {
  ada = await aUser();
});
beforeEach(async () => {
  bot = await aBot(ada);
});
export const lines: WebSocket[] = [];
afterEach(() => {
  closeSockets();
  for (const line of lines.splice(0)) line.terminate();
});
type Api = TestUser["api"];
/** The text of an answer that must be a success. */
export async function sent(api: Api, line: string, body?: string): Promise<string> {
  const { status, text } = await api.send(line, { body });
  expect(status, `${line}: ${text}`).toBe(200);
  return text;
}
export const send = (payload = FREE, type = "kick") =>
  sent(ada.api, `POST /api/bot/${bot.id}/send-command`, `{"type":"${type}","payload":${payload}}`);
export const idOf = (text: string) => /"id":"(cmd_\w+)"/.exec(text)?.[1] as string;
