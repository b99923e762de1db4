/** Document 000: the shapes of its examples, and who asks. */
import type { Api, Json } from "../api";
import { type TestBot, type TestUser, unique } from "../factories";

export const TIME = "ISO timestamp";
export const COMMAND = {
  id: "cmd_id",
  bot_id: "bot_id",
  type: "string",
  payload: {},
  status: "pending",
  created_at: TIME,
};
export const BOT = { id: "bot_id", name: "string", status: "online/offline", created_at: TIME };
export const USER = { id: 1, username: "string", email: "string", fullname: "string" };
export const LOG = { type: "string", message: "string", timestamp: TIME, metadata: {}, bot_id: "bot_id" };
export const MESSAGE = {
  bot_id: "bot_id",
  message: "string",
  author_id: "string",
  author_name: "string",
  thread_id: "string",
  thread_type: "GROUP/USER",
  timestamp: TIME,
  metadata: {},
};
export const COUNTS = { total_commands: 100, pending_commands: 5, completed_commands: 90, failed_commands: 5 };

export type World = { anonymous: Api; ada: TestUser; admin: TestUser; bot: TestBot; command_id: string };
export type Row = {
  endpoint: string;
  as: (world: World) => Api;
  params?: (world: World) => Record<string, string>;
  query?: (world: World) => Record<string, string | number>;
  body?: unknown | ((world: World) => unknown);
  /** Returns the part of a reply that the document describes; all of it when left out. */
  described?: (reply: Json) => Json;
  /** The example as the document shows it. */
  answer: unknown;
};

export const anonymous = (world: World) => world.anonymous;
export const user = (world: World) => world.ada.api;
export const admin = (world: World) => world.admin.api;
export const bot = (world: World) => world.bot.api;
export const ofBot = (world: World) => ({ bot_id: world.bot.id });
export const newcomer = unique("newcomer");
export const PASSWORD = "string (min 8 chars)";

export function COMMAND_ANY() {
  return { id: "cmd_id", bot_id: "bot_id", type: "string", payload: {}, status: "pending/completed/failed" };
}
