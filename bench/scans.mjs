/**
 * P8, lists: server CPU of one request on a small and on a large server. Each list, search and poll must cost the same on
 * both, because it reads only what it shows.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { cookieOf, openConsole } from "./console.mjs";
import { prepareData } from "./harness/data.mjs";
import { UnavailableError } from "./harness/errors.mjs";
import { call, load } from "./load.mjs";
import { cpuPerOperation } from "./measure.mjs";
import { folder, signIn, startMuster } from "./processes.mjs";

/** Many cases share ten minutes, so each of their rounds is shorter than elsewhere. */
const SHARE_OF_ROUND = 0.2;
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
  // A server that has stopped once knows its tables' sizes.
  db.exec("COMMIT; ANALYZE");
}

/** Makes the data of both sizes, each with the schema of the current bundle. */
async function build() {
  for (const [name, size] of Object.entries(SIZES)) {
    if (existsSync(folderOf(name))) continue;
    console.error(`  ${size.commands} commands of ${size.bots} bots …`);
    const dir = `${folderOf(name)}.draft`;
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    await prepareData({ dir, env: {} });
    const server = await startMuster(dir);
    const headers = { authorization: `Bearer ${await signIn(server)}` };
    for (const bot of ["leased", "scheduled"]) {
      const body = JSON.stringify({ name: bot });
      await call(server, { method: "POST", path: "/api/my-bots", headers, body });
    }
    await server.stop();
    const db = new DatabaseSync(join(dir, "muster.db"));
    fill(db, size);
    db.close();
    renameSync(dir, folderOf(name));
  }
}

const PAGES = ["/admin", "/admin/bots"];
/** Requests of an admin. Polls of bots that have nothing to do, and pages, are added below. */
const REQUESTS = {
  "commands?status=pending": "/api/commands?status=pending&limit=20",
  "commands?status=failed": "/api/commands?status=failed&limit=20",
  "commands?type=rare": "/api/commands?type=rare&limit=20",
  "commands?reason=expired": "/api/commands?reason=expired&limit=20",
  "users, one page": "/api/users?limit=100",
  "users, as documented": "/api/users",
  "users/search": "/api/users/search?q=person42@",
  "admin/bots": "/api/admin/bots?limit=50",
  "admin/bots by pending": "/api/admin/bots?limit=50&sort=pending",
  "admin/bots by name": "/api/admin/bots?limit=50&sort=name",
  "admin/bots by last active": "/api/admin/bots?limit=50&sort=last_active",
  "admin/bots?search": "/api/admin/bots?limit=50&search=bot+77",
  "stats/overview": "/api/stats/overview",
  "stats, admin": "/api/admin/stats",
};

/** Longer than the measurement, and short enough for the server, which cuts leases of more than an hour when it starts. */
const LEASE_MS = 50 * 60_000;

async function prepared(name) {
  const dir = folder();
  cpSync(folderOf(name), dir, { recursive: true });
  const db = new DatabaseSync(join(dir, "muster.db"));
  const leased = "lease_expires_at IS NOT NULL AND status = 'pending'";
  db.exec(`UPDATE command SET lease_expires_at = ${Date.now() + LEASE_MS} WHERE ${leased}`);
  db.close();
  const server = await startMuster(dir);
  const token = await signIn(server);
  const headers = { authorization: `Bearer ${token}` };
  const { bots } = JSON.parse(await call(server, { path: "/api/my-bots", headers }));
  const requests = Object.entries(REQUESTS).map(([title, path]) => [title, { path, headers }]);
  for (const bot of bots.filter((one) => ["leased", "scheduled"].includes(one.name))) {
    const secret = JSON.parse(await call(server, { path: `/api/my-bots/${bot.id}/token`, headers })).token;
    const own = { authorization: `Bearer ${secret}` };
    requests.push([`empty poll, ${bot.name}`, { path: `/api/bot/${bot.id}/commands`, headers: own }]);
    requests.push([`stats/bot, ${bot.name}`, { path: `/api/stats/bot/${bot.id}`, headers }]);
  }
  const cookie = await cookieOf(server);
  const pages = PAGES.map((path) => [`page ${path}`, { path, headers: { cookie } }]);
  return { server, requests, pages };
}

/** The pages of both servers, or none when the console is not built. */
async function pagesOf({ small, large }, { notRun }) {
  try {
    for (const { server } of [small, large]) await openConsole(server);
    return [small.pages, large.pages];
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    for (const [what] of large.pages) notRun({ what, of: "a small server", why: error.message });
    return [[], []];
  }
}

async function scans(tools) {
  const { figure, size } = tools;
  if (!Object.keys(SIZES).every((name) => existsSync(folderOf(name))))
    throw new UnavailableError("The commands, users and bots are not built: run with --build first");
  const servers = { small: await prepared("small"), large: await prepared("large") };
  const [small, large] = await pagesOf(servers, tools);
  const asking = (name, { server }, request) => ({
    ...{ name, pids: [server.pid] },
    run: (count) => load(server, count, 1, () => request),
  });
  const largeRequests = [...servers.large.requests, ...large];
  for (const [index, [title, request]] of [...servers.small.requests, ...small].entries()) {
    const cases = [asking("small", servers.small, request), asking("large", servers.large, largeRequests[index][1])];
    const us = await cpuPerOperation(cases, { ...size, cpuUs: size.cpuUs * SHARE_OF_ROUND, least: 10 });
    const what = `${title}, ${SIZES.large.commands} commands, ${SIZES.large.bots} bots`;
    figure({ what, ours: us.large, peer: us.small, of: "a small server", goal: 1.3 });
  }
}

export const measurement = { id: "P8", title: "lists of commands, users and bots", build, run: scans };
