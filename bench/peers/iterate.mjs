/**
 * The lower bound of an export: iterates over the rows of a SQLite file and writes each as a line of JSON.
 *
 *   node iterate.mjs <port> <file>      GET /?limit=1000
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

const [port, file] = process.argv.slice(2);
const db = new DatabaseSync(file, { readOnly: true });
const rows = db.prepare("SELECT seq, type, message, metadata, at, event_at, bot_id FROM log ORDER BY seq LIMIT ?");
const iso = (ms) => new Date(ms).toISOString();

createServer(async (req, res) => {
  const limit = Number(new URL(req.url, "http://localhost").searchParams.get("limit") ?? 0);
  let chunk = "";
  for (const { seq, type, message, metadata, at, event_at, bot_id } of rows.iterate(limit)) {
    const [timestamp, received_at] = [iso(event_at ?? at), iso(at)];
    const log = { id: seq, type, level: type, message, timestamp, received_at, metadata: JSON.parse(metadata), bot_id };
    chunk += `${JSON.stringify(log)}\n`;
    if (chunk.length < 65_536) continue;
    if (!res.write(chunk)) await once(res, "drain");
    chunk = "";
  }
  res.end(chunk);
}).listen(Number(port), "127.0.0.1");
