/** A bot of its own for each test, and what tests ask of its queue. */
import { afterEach, beforeAll, beforeEach } from "vitest";
import { getCommand, sendCommand } from "@/lib/fleet/commands/contract";
import { pollCommands } from "@/lib/fleet/commands/contract.bot";
import type { Json } from "./api";
import { aBot, aUser, type TestBot, type TestUser } from "./factories";
import { closeSockets } from "./sockets";

export const SEND = "POST /api/bot/{bot_id}/send-command";
export const ACK = "POST /api/commands/{command_id}/ack";
export let ada: TestUser;
export let eve: TestUser;
export let bot: TestBot;
beforeAll(async () => {
  [ada, eve] = await Promise.all([aUser(), aUser()]);
});
beforeEach(async () => {
  bot = await aBot(ada);
});
afterEach(closeSockets);
export const params = () => ({ bot_id: bot.id });
export const send = (body: Json = {}, headers?: Record<string, string>) =>
  ada.api.call(sendCommand, { params: params(), body: { type: "ping", ...body }, headers });
export const poll = async (query = {}) => (await bot.api.call(pollCommands, { params: params(), query })).commands;
export const read = async (command_id: string) => (await ada.api.call(getCommand, { params: { command_id } })).command;
