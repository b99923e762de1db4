/**
 * The process a plugin runs in: started by lib/operations/plugins/runner/runner.ts without the server's environment, under Node's
 * permission model (no files but its own, no other processes, no native code). closing.mjs takes the rest away, so that
 * what a plugin asks of the world passes through its context, where the server checks its permissions.
 *
 * Speaks JSON lines over file descriptor 3. Plain JavaScript: it is run as it stands, in development and in production.
 */
import net from "node:net";
import { inspect } from "node:util";
import { closeAll } from "./closing.mjs";

/** Calls of the context that may wait for their answer at once. */
const CALLS_MAX = 64;
const LINE_MAX = 2_000;
/** Log lines at once, and a second from then on. */
const LOG_BURST = 200;
const LOG_RATE = 20;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Cuts between two characters as people see them. */
const cut = (text, max) =>
  text.length > max ? `${text.slice(0, segmenter.segment(text).containing(max - 1).index)}…` : text;

const channel = new net.Socket({ fd: 3, readable: true, writable: true });
// As in lib/core/format/json.ts: an integer that a number would round is a bigint, and digits wherever JSON is written.
BigInt.prototype.toJSON = function toJSON() {
  return JSON.rawJSON(this.toString());
};
const exact = (_key, value, { source }) =>
  typeof value === "number" && /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value;
const read = (text) => JSON.parse(text, /\d{16}/.test(text) ? exact : undefined);
const send = (message, then) => channel.write(`${JSON.stringify(message)}\n`, then);
closeAll();

let settings = Object.freeze({});
let plugin;
const waiting = new Map();
let calls = 0;

// --- what a plugin is given ---------------------------------------------------------------------------------------

let lines = LOG_BURST;
let countedAt = performance.now();
let swallowed = 0;
function log(level, items) {
  const at = performance.now();
  lines = Math.min(LOG_BURST, lines + ((at - countedAt) / 1000) * LOG_RATE);
  countedAt = at;
  if (lines < 1) {
    swallowed++;
    return;
  }
  lines--;
  const said = items.map((part) => (typeof part === "string" ? part : inspect(part, { depth: 4 }))).join(" ");
  const more = swallowed > 0 ? ` (${swallowed} lines before it were left out)` : "";
  swallowed = 0;
  send({ log: level, message: cut(said, LINE_MAX) + more });
}

function call(method, args) {
  if (waiting.size >= CALLS_MAX)
    return Promise.reject(new Error(`More than ${CALLS_MAX} calls wait for their answer: await them`));
  return new Promise((resolve, reject) => {
    const id = ++calls;
    waiting.set(id, { resolve, reject });
    send({ call: id, method, args });
  });
}

const context = Object.freeze({
  get settings() {
    return settings;
  },
  log: Object.freeze(
    Object.assign((...items) => log("info", items), {
      debug: (...items) => log("debug", items),
      info: (...items) => log("info", items),
      warning: (...items) => log("warning", items),
      error: (...items) => log("error", items),
    }),
  ),
  store: Object.freeze({
    get: (key) => call("store.get", { key }),
    set: (key, value) => call("store.set", { key, value }),
    delete: (key) => call("store.delete", { key }),
    keys: () => call("store.keys", {}),
  }),
  sendCommand: (bot_id, type, payload, options) => call("sendCommand", { bot_id, type, payload, ...options }),
  replyTicket: (ticket_id, message) => call("replyTicket", { ticket_id, message }),
  notify: (notice) => call("notify", notice ?? {}),
  alert: (alert) => call("alert", alert ?? {}),
  http: (url, options) => call("http", { ...options, url }),
});
globalThis.console = Object.assign(Object.create(console), {
  log: context.log.info,
  info: context.log.info,
  debug: context.log.debug,
  trace: context.log.debug,
  warn: context.log.warning,
  error: context.log.error,
});

// --- what the server asks -----------------------------------------------------------------------------------------

/** An error in one line, with the place in the plugin's own files. */
function describeError(error) {
  if (!(error instanceof Error)) return cut(`threw ${inspect(error, { depth: 1 })}`, LINE_MAX);
  const place = /file:\/\/[^\s)]*\/([^/\s)]+:\d+(?::\d+)?)/.exec((error.stack ?? "").replaceAll(import.meta.url, ""));
  return cut(`${error.name}: ${error.message}${place ? ` (${place[1]})` : ""}`, LINE_MAX);
}

async function begin({ entry, hooks, settings: given }) {
  settings = freeze(given);
  try {
    plugin = await import(entry);
    const missing = hooks.filter((name) => typeof plugin[name] !== "function");
    if (missing.length > 0)
      throw new Error(`plugin.json names the hooks ${missing.join(", ")}, but index.mjs exports no such functions`);
    await plugin.start?.(context);
    send({ ready: true });
  } catch (error) {
    end(describeError(error));
  }
}

async function hook({ hook: name, id, event }) {
  const from = performance.now();
  let error;
  try {
    await plugin[name](event, context);
  } catch (thrown) {
    error = describeError(thrown);
  }
  send({ done: id, ms: performance.now() - from, error });
}

function answer({ answer: id, value, error }) {
  const { resolve, reject } = waiting.get(id) ?? {};
  waiting.delete(id);
  if (error) reject?.(Object.assign(new Error(error.message), { code: error.code }));
  else resolve?.(value);
}

function freeze(value) {
  if (value && typeof value === "object") for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

/** Says why and ends the process. */
const end = (reason) => send({ fatal: reason }, () => process.exit(1));

process.on("unhandledRejection", (error) => send({ problem: `unhandled rejection: ${describeError(error)}` }));
process.on("uncaughtException", (error) => end(describeError(error)));

let rest = "";
channel.setEncoding("utf8");
channel.on("data", (text) => {
  const items = (rest + text).split("\n");
  rest = items.pop();
  for (const part of items) {
    const message = read(part);
    if (message.hook) void hook(message);
    else if (message.answer) answer(message);
    else if (message.begin) void begin(message.begin);
    else if (message.settings) settings = freeze(message.settings);
    else if (message.stop)
      Promise.resolve()
        .then(() => plugin?.stop?.(context))
        .catch((error) => log("error", [`stop: ${describeError(error)}`]))
        .finally(() => channel.end(() => process.exit(0)));
  }
});
// The server is gone, or done with this process.
channel.on("close", () => process.exit(0));
channel.on("error", () => process.exit(0));
