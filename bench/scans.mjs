/**
 * P8, lists: server CPU of one request on a small and on a large server. Each list, search and poll must cost the same on
 * both, because it reads only what it shows.
 *
 *   node bench/scans.mjs --build    makes bench/.data/scans-{small,large} with the current bundle
 *   node bench/scans.mjs            measures, and prints one table
 */
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { call } from "./load.mjs";
import { median, settle, treeCpu } from "./measure.mjs";
import { answering, folder, startMuster, stopAll } from "./processes.mjs";

const DATA = join(dirname(fileURLToPath(import.meta.url)), ".data");
const SIZES = {
  small: { commands: 2_000, users: 50, bots: 100, held: 100 },
  large: { commands: 200_000, users: 5_000, bots: 10_000, held: 100_000 },
};
const folderOf = (name) => join(DATA, `scans-${name}`);
const NOON = Date.UTC(2026, 10, 28, 12);

/** Runs a statement once for each of `count` rows: `:n` is the number of the row. */
const repeat = (db, count, insert) =>
  db.exec(`WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${count}) ${insert}`);

function fill(db, { commands, users, bots, held }) {
  db.exec("BEGIN");
  repeat(
    db,
    users,
    `INSERT INTO user (username, email, fullname, role, created_at) SELECT 'person' || n, 'person' || n || '@example.org', 'Person ' || n, 'user', ${NOON} + n FROM row`,
  );
  repeat(
    db,
    bots,
    `INSERT INTO bot (id, owner_id, name, status, status_since, token_hash, token_cipher, created_at, last_active, pending_commands, total_commands) SELECT 'bot_' || n, 2 + n % ${users}, 'Bot ' || n, CASE n % 5 WHEN 0 THEN 'offline' ELSE 'online' END, ${NOON} + n, 'hash' || n, '', ${NOON} + n, ${NOON} + n, n % 3, n FROM row`,
  );
  // Stored first, so that a list that is newest first meets them last.
  for (const [bot, lease, run] of [
    ["leased", NOON + 1e12, null],
    ["scheduled", null, NOON + 1e12],
  ]) {
    const id = db.prepare("SELECT id FROM bot WHERE name = ?").get(bot).id;
    repeat(
      db,
      held,
      `INSERT INTO command (id, bot_id, owner_id, type, created_at, attempts, lease_expires_at, run_at, due_at) SELECT 'cmd_${bot}' || n, '${id}', 1, 'ping', ${NOON} + n, 1, ${lease}, ${run}, ${run} FROM row`,
    );
  }
  // One in a thousand waits, one in five hundred failed, one in a thousand has a rare type.
  repeat(
    db,
    commands,
    `INSERT INTO command (id, bot_id, owner_id, type, status, created_at, completed_at, reason) SELECT 'cmd_s' || n, 'bot_' || (1 + n % ${bots}), 2 + n % ${users}, CASE WHEN n % 1000 = 3 AND n < 10000 THEN 'rare' ELSE 'ping' END, CASE WHEN n % 1000 = 1 AND n < 10000 THEN 'pending' WHEN n % 500 = 2 THEN 'failed' ELSE 'completed' END, ${NOON} + n, ${NOON} + n + 5, CASE WHEN n % 1000 = 2 AND n < 10000 THEN 'expired' END FROM row`,
  );
  if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'command_type'").get())
    db.exec(
      "DELETE FROM command_type; INSERT INTO command_type SELECT bot_id, type, COUNT(*) FROM command GROUP BY 1, 2",
    );
  db.exec("COMMIT");
}

async function signIn(server) {
  const body = JSON.stringify({ username: "bench", password: "bench-only-password" });
  return JSON.parse(await call(server, { method: "POST", path: "/api/auth/login", body })).token;
}

/** Makes the data of both sizes. Each server starts with the schema of the current bundle. */
export async function buildScans() {
  mkdirSync(DATA, { recursive: true });
  for (const [name, size] of Object.entries(SIZES)) {
    const dir = folderOf(name);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    const server = await startMuster(dir);
    await answering(server, "/api/health");
    const headers = { authorization: `Bearer ${await signIn(server)}` };
    for (const bot of ["leased", "scheduled"]) {
      const body = JSON.stringify({ name: bot });
      await call(server, { method: "POST", path: "/api/my-bots", headers, body });
    }
    await server.stop({ keep: true });
    const db = new DatabaseSync(join(dir, "muster.db"));
    fill(db, size);
    db.close();
  }
}

/** Requests of an admin. Polls of bots that have nothing to do, and pages, are added below. */
const REQUESTS = {
  "commands?status=pending": "/api/commands?status=pending&limit=20",
  "commands?status=failed": "/api/commands?status=failed&limit=20",
  "commands?type=rare": "/api/commands?type=rare&limit=20",
  "commands?reason=expired": "/api/commands?reason=expired&limit=20",
  "users, one page": "/api/users?limit=100",
  "users, as documented": "/api/users",
  "users/search": "/api/users/search?q=person4",
  "admin/bots": "/api/admin/bots?limit=50",
  "admin/bots by pending": "/api/admin/bots?limit=50&sort=pending",
  "admin/bots by name": "/api/admin/bots?limit=50&sort=name",
  "admin/bots by last active": "/api/admin/bots?limit=50&sort=last_active",
  "admin/bots?search": "/api/admin/bots?limit=50&search=bot+77",
  "stats/overview": "/api/stats/overview",
  "stats, admin": "/api/admin/stats",
};

async function prepared(name) {
  const dir = folder();
  cpSync(folderOf(name), dir, { recursive: true });
  const server = await startMuster(dir);
  await answering(server, "/api/health");
  const token = await signIn(server);
  const headers = { authorization: `Bearer ${token}` };
  const cookie = { cookie: `session_token=${token}` };
  const { bots } = JSON.parse(await call(server, { path: "/api/my-bots", headers }));
  const requests = Object.entries(REQUESTS).map(([title, path]) => [title, { path, headers }]);
  for (const bot of bots.filter((one) => ["leased", "scheduled"].includes(one.name))) {
    const secret = JSON.parse(await call(server, { path: `/api/my-bots/${bot.id}/token`, headers })).token;
    const own = { authorization: `Bearer ${secret}` };
    requests.push([`empty poll, ${bot.name}`, { path: `/api/bot/${bot.id}/commands`, headers: own }]);
    requests.push([`stats/bot, ${bot.name}`, { path: `/api/stats/bot/${bot.id}`, headers }]);
  }
  requests.push(["page /admin", { path: "/admin", headers: cookie }]);
  requests.push(["page /admin/bots", { path: "/admin/bots", headers: cookie }]);
  return { server, requests };
}

async function costOf(server, request, count) {
  await settle([server.pid]);
  const before = treeCpu(server.pid);
  for (let done = 0; done < count; done++) await call(server, request);
  await settle([server.pid]);
  return (treeCpu(server.pid) - before) / count;
}

/** Measures every request on both servers, in turn. @returns {Promise<{title: string, small: number, large: number}[]>} CPU µs */
export async function measureScans({ rounds = 3, count = 60 } = {}) {
  if (!existsSync(folderOf("large"))) await buildScans();
  const small = await prepared("small");
  const large = await prepared("large");
  const rows = [];
  for (const [index, [title, request]] of small.requests.entries()) {
    const costs = { small: [], large: [] };
    const sides = [
      ["small", small.server, request],
      ["large", large.server, large.requests[index][1]],
    ];
    try {
      for (const [, server, one] of sides) await costOf(server, one, Math.ceil(count / 3));
      for (let round = 0; round < rounds; round++)
        for (const [side, server, one] of sides) costs[side].push(await costOf(server, one, count));
      rows.push({ title, small: median(costs.small), large: median(costs.large) });
    } catch (error) {
      rows.push({ title, small: Number.NaN, large: Number.NaN, error: String(error.message).slice(0, 60) });
    }
  }
  await stopAll();
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { build: { type: "boolean" } } });
  if (values.build) await buildScans();
  else
    console.table(
      (await measureScans()).map(({ title, small, large, error }) => ({
        request: title,
        "small, ms": (small / 1000).toFixed(2),
        "large, ms": (large / 1000).toFixed(2),
        growth: (large / small).toFixed(2),
        ...(error && { error }),
      })),
    );
  await stopAll();
  process.exit(0);
}
