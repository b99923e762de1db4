/**
 * The lower bound: raw node:http without authentication or validation. `memory` only answers. `sqlite` stores with the same
 * driver and durability as Muster (node:sqlite, WAL, synchronous NORMAL), without a search index.
 *
 *   node raw.mjs memory|sqlite <port> <folder>
 */
import { createServer } from "node:http";
import { join } from "node:path";

const [mode, port, dir] = process.argv.slice(2);
let one;
let many;
if (mode === "sqlite") {
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(join(dir, "raw.db"), { timeout: 5000 });
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = NORMAL");
  db.exec(
    "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, bot_id TEXT, type TEXT, message TEXT, metadata TEXT, at INTEGER)",
  );
  const insert = db.prepare("INSERT INTO log (bot_id, type, message, metadata, at) VALUES (?, ?, ?, ?, ?)");
  one = (bot, log) => insert.run(bot, log.type, log.message, JSON.stringify(log.metadata ?? {}), Date.now());
  many = (bot, logs) => {
    db.exec("BEGIN IMMEDIATE");
    for (const log of logs) one(bot, log);
    db.exec("COMMIT");
  };
}

const reply = (res, json) => {
  const text = JSON.stringify(json);
  res.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  res.end(text);
};

createServer({ keepAliveTimeout: 300_000 }, (req, res) => {
  if (req.method === "GET") return reply(res, { commands: [], count: 0 });
  let text = "";
  req.setEncoding("utf8");
  req.on("data", (chunk) => {
    text += chunk;
  });
  req.on("end", () => {
    const body = JSON.parse(text);
    const bot = req.url.split("/")[3];
    const logs = Array.isArray(body) ? body : [body];
    if (one) logs.length === 1 ? one(bot, logs[0]) : many(bot, logs);
    reply(res, { status: "ok", received: logs.length });
  });
}).listen(Number(port), "127.0.0.1");
