/** `muster logs` and `muster events`. */
import { io, type Socket } from "socket.io-client";
import { exactParser, writeJson } from "../typescript/src/json.js";
import { botIdOf } from "./bots.js";
import type { Options } from "./options.js";
import { type Account, account, ask, Trouble } from "./server.js";
import { instantOf, plain, print, printJson, usage } from "./terminal.js";

type Log = { bot_id: string; type: string; message: string; timestamp: string };
type LogPage = { logs: Log[]; next_cursor: string | null; searched_to?: string };
const LOGS_SHOWN = 50;
/** Events about the connection itself. */
const QUIET = new Set(["connected", "connection_established"]);

/** Shows what `listen` wants from the live connection, until the program is stopped. */
async function follow(me: Account, listen: (socket: Socket) => void): Promise<void> {
  const socket = io(me.url, { parser: exactParser("bigint"), auth: { token: me.token }, transports: ["websocket"] });
  listen(socket);
  socket.on("connect", () => console.error("muster: following"));
  await new Promise<void>((resolve, reject) => {
    // socket.io-client reconnects by itself after an outage, but not after the server refused the connection.
    socket.on("connect_error", (error) => socket.active || reject(new Trouble(error.message)));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  socket.disconnect();
}

export async function logs(options: Options): Promise<void> {
  const me = account(options);
  const { level, search } = options;
  const bot = options.bot && (await botIdOf(me, options.bot));
  const query = new URLSearchParams();
  if (bot) query.set("bot_id", bot);
  if (level) query.set("level", level);
  if (search) query.set("search", search);
  if (options.query) query.set("q", options.query);
  if (options.since) query.set("after", instantOf(options.since));
  if (options.query && options.follow) usage("-f follows by --bot, --level and --search, not by --query");
  const show = (log: Log) =>
    options.json
      ? printJson(log)
      : print([log.timestamp, log.bot_id, log.type.padEnd(7), plain(log.message)].join("  "));
  const fits = (log: Log) =>
    (!bot || log.bot_id === bot) &&
    (!level || log.type === level) &&
    (!search || log.message.toLowerCase().includes(search.toLowerCase()));
  const found: Log[] = [];
  // A search that takes long is answered in pieces, with few or no logs and a cursor.
  do {
    query.set("limit", String(LOGS_SHOWN - found.length));
    const page = await ask<LogPage>(me, `GET /api/logs?${query}`);
    found.push(...page.logs);
    if (page.next_cursor === null) break;
    query.set("cursor", page.next_cursor);
    if (page.searched_to) console.error(`muster: searched back to ${page.searched_to}`);
  } while (found.length < LOGS_SHOWN);
  for (const log of found.reverse()) show(log);
  // Chat messages arrive as `new_log` too, for programs of document 000. They have no id.
  if (options.follow)
    await follow(me, (socket) => socket.on("new_log", (log: Log) => "id" in log && fits(log) && show(log)));
}

/** Shows every live event: commands, logs, messages, status changes, tickets, alerts, transfers. */
export async function followEvents(options: Options): Promise<void> {
  const me = account(options);
  const bot = options.bot && (await botIdOf(me, options.bot));
  await follow(me, (socket) =>
    socket.onAny((event: string, data: { bot_id?: string } | undefined) => {
      if (QUIET.has(event) || (bot && data?.bot_id !== bot)) return;
      if (options.json) printJson({ event, data });
      else print(`${new Date().toISOString()}  ${event.padEnd(16)}  ${plain(writeJson(data) ?? "")}`);
    }),
  );
}
