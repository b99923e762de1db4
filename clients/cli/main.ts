/** The `muster` command: commands for the terminal, and a wrapper that runs any program as a bot. */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { io } from "socket.io-client";
import { exactParser, readJson, writeJson } from "../typescript/src/json.js";
import { run } from "./run.js";
import { account, ask, remember, Trouble } from "./server.js";

const HELP = `muster run [--url U --bot ID --token T] [--grace s] -- <command …>   run any program as a bot
muster login --url U [--username N | --token KEY]                     sign this terminal in
muster bots [--json]                                                  list bots
muster send <bot> <type> [payload as JSON] [--wait] [--json]          send a command
muster logs [-f] [--bot ID] [--level L] [--search TEXT] [--json]      read logs, -f follows

run takes MUSTER_URL, BOT_ID and BOT_TOKEN from the environment; the others MUSTER_URL and MUSTER_TOKEN.`;

type Bot = { id: string; name: string; status: string; last_active: string | null; stats?: object };
type Command = { id: string; status: string; result: unknown; progress: number | null; progress_note: string | null };
type Log = { bot_id: string; type: string; message: string; timestamp: string };
type LogPage = { logs: Log[]; next_cursor: string | null; searched_to?: string };
const LOGS_SHOWN = 50;

const { values, positionals, command } = (() => {
  const dashes = process.argv.indexOf("--", 2);
  const args = process.argv.slice(2, dashes < 0 ? undefined : dashes);
  try {
    return {
      ...parseArgs({
        args,
        allowPositionals: true,
        options: {
          url: { type: "string" },
          bot: { type: "string" },
          token: { type: "string" },
          username: { type: "string" },
          level: { type: "string" },
          search: { type: "string" },
          grace: { type: "string", default: "10" },
          backoff: { type: "string", default: "1" },
          follow: { type: "boolean", short: "f" },
          wait: { type: "boolean" },
          json: { type: "boolean" },
          help: { type: "boolean", short: "h" },
        },
      }),
      command: dashes < 0 ? [] : process.argv.slice(dashes + 1),
    };
  } catch (error) {
    console.error(`muster: ${(error as Error).message}`);
    process.exit(2);
  }
})();

const say = (text: string) => process.stdout.write(`${text}\n`);
const json = (value: unknown) => say(writeJson(value));
const usage = (text: string): never => {
  throw new Trouble(`${text}\n\n${HELP}`);
};
/** Removes control characters, so that text written by other people cannot control the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const plain = (text: string) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "�");

/** Reads a line from the terminal or a pipe. With `hidden` the typed text is not shown. */
async function question(text: string, hidden = false): Promise<string> {
  process.stderr.write(text);
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? undefined : process.stderr,
    terminal: process.stdin.isTTY,
  });
  const [line] = await Promise.race([
    new Promise<[string]>((resolve) => lines.once("line", (line) => resolve([line]))),
    new Promise<[string]>((resolve) => lines.once("close", () => resolve([""]))),
  ]);
  lines.close();
  if (hidden) process.stderr.write("\n");
  return line;
}

async function signIn() {
  const url = (values.url ?? process.env.MUSTER_URL)?.replace(/\/+$/, "") ?? usage("login needs --url");
  let token = values.token;
  if (!token) {
    const username = values.username ?? (await question("Username: "));
    const password = process.env.MUSTER_PASSWORD ?? (await question("Password: ", true));
    const session = await ask<{ token: string }>({ url }, "POST /api/auth/login", { username, password });
    const name = `muster command line, ${new Date().toISOString().slice(0, 10)}`;
    const body = { name, scope: "operate" };
    token = (await ask<{ secret: string }>({ url, token: session.token }, "POST /api/auth/api-keys", body)).secret;
  }
  await ask({ url, token }, "GET /api/bots?limit=1");
  const file = remember({ url, token });
  if (values.json) json({ status: "ok", url, file });
  else say(`Signed in to ${url}; the key is in ${file}`);
}

async function bots() {
  const reply = await ask<{ bots: Bot[] }>(account(), "GET /api/bots?limit=500");
  if (values.json) return json(reply.bots);
  for (const bot of reply.bots) say([bot.status.padEnd(9), bot.id.padEnd(24), plain(bot.name)].join("  "));
}

async function send([bot, type, payload = "{}"]: string[]): Promise<number> {
  if (!bot || !type) usage("send needs a bot and a type");
  let parsed: unknown;
  try {
    parsed = readJson(payload, "bigint");
  } catch {
    throw new Trouble(`The payload is not JSON: ${payload}`);
  }
  const me = account();
  const body = { bot_id: bot, type, payload: parsed };
  let { command, delivery } = await ask<{ command: Command; delivery: { text: string } }>(
    me,
    "POST /api/commands",
    body,
  );
  if (!values.json) say(`${command.id}  ${delivery.text}`);
  if (!values.wait) {
    if (values.json) json(command);
    return 0;
  }
  for (let shown = ""; command.status === "pending"; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ command } = await ask<{ command: Command }>(me, `GET /api/commands/${command.id}`));
    const now = command.progress === null ? "" : `${command.progress} %  ${plain(command.progress_note ?? "")}`;
    if (now !== shown && !values.json) say(now);
    shown = now;
  }
  if (values.json) json(command);
  else say(`${command.status}  ${writeJson(command.result)}`);
  return command.status === "completed" ? 0 : 1;
}

async function logs() {
  const me = account();
  const query = new URLSearchParams();
  if (values.bot) query.set("bot_id", values.bot);
  if (values.level) query.set("level", values.level);
  if (values.search) query.set("search", values.search);
  const show = (log: Log) =>
    values.json ? json(log) : say([log.timestamp, log.bot_id, log.type.padEnd(7), plain(log.message)].join("  "));
  const fits = (log: Log) =>
    (!values.bot || log.bot_id === values.bot) &&
    (!values.level || log.type === values.level) &&
    (!values.search || log.message.toLowerCase().includes(values.search.toLowerCase()));
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
  if (!values.follow) return;
  const socket = io(me.url, { parser: exactParser("bigint"), auth: { token: me.token }, transports: ["websocket"] });
  socket.on("new_log", (log: Log) => fits(log) && show(log));
  socket.on("connect", () => console.error("muster: following"));
  await new Promise<void>((resolve, reject) => {
    // socket.io-client reconnects by itself after an outage, but not after the server refused the connection.
    socket.on("connect_error", (error) => socket.active || reject(new Trouble(error.message)));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  socket.disconnect();
}

async function wrap(): Promise<number> {
  const url = values.url ?? process.env.MUSTER_URL ?? "http://localhost:5000";
  const botId = values.bot ?? process.env.BOT_ID ?? usage("run needs --bot or BOT_ID");
  const token = values.token ?? process.env.BOT_TOKEN ?? usage("run needs --token or BOT_TOKEN");
  if (command.length === 0) usage("run needs a command after --");
  const seconds = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : usage(`Not seconds: ${text}`));
  const [graceMs, firstWaitMs] = [seconds(values.grace), seconds(values.backoff)];
  return run({ url, botId, token, command, graceMs, firstWaitMs });
}

async function main(): Promise<number> {
  const [what, ...rest] = positionals;
  if (values.help || what === "help") say(HELP);
  else if (what === "run") return wrap();
  else if (what === "login") await signIn();
  else if (what === "bots") await bots();
  else if (what === "send") return send(rest);
  else if (what === "logs") await logs();
  else usage(what ? `There is no "${what}"` : "What should it do?");
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`muster: ${error instanceof Trouble ? error.message : (error?.stack ?? error)}`);
    process.exit(error instanceof Trouble ? 2 : 1);
  },
);
