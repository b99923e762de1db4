/**
 * Databases with many logs, built once and kept in bench/.data: `--build` makes them. A measurement that only reads may
 * start a server on one; later migrations are applied then, as with any old data folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { multiplyLogs } from "../data/multiply.mjs";
import { folder, signIn, startMuster, startPostgres } from "../processes.mjs";
import { release, track } from "./cleanup.mjs";
import { UnavailableError } from "./errors.mjs";

const BENCH = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = join(BENCH, ".data");
const FILL = join(BENCH, "data", "fill.mts");

/** Larger sizes are made by copying rows of the second of the usual sizes, and on PostgreSQL alone: a file of SQLite serves one machine. */
const WRITTEN_MAX = 10_000_000;
/** Sizes that `--build` makes when none are named: what a machine can make in a few minutes. */
const USUAL_SIZES = [10_000, 1_000_000];

/** Reads "10k,1M" as numbers. @throws Error for anything else */
export function parseSizes(text) {
  if (!text) return undefined;
  return text.split(",").map((name) => {
    const [, digits, unit] = /^(\d+)([kM]?)$/.exec(name) ?? [];
    if (!digits) throw new Error(`"${name}" is not a size; write 10k or 1M`);
    return Number(digits) * { "": 1, k: 1e3, M: 1e6 }[unit];
  });
}

/** Writes 10000 as "10k". */
export const sizeName = (rows) => {
  if (rows >= 1e6) return `${rows / 1e6}M`;
  return rows >= 1e3 ? `${rows / 1e3}k` : String(rows);
};

const nameOf = (rows) => `logs_${rows}`;
const folderOf = (database, rows) => join(DATA, `${database}-${nameOf(rows)}`);
const isBuilt = (database, rows) => existsSync(join(folderOf(database, rows), "built.json"));

/** The sizes that are built for a database, or those of them that `wanted` names. */
export function builtSizes(database, wanted) {
  const prefix = `${database}-${nameOf("")}`;
  const names = existsSync(DATA) ? readdirSync(DATA).filter((name) => name.startsWith(prefix)) : [];
  const sizes = names.map((name) => Number(name.slice(prefix.length))).sort((a, b) => a - b);
  return sizes.filter((rows) => isBuilt(database, rows) && (!wanted || wanted.includes(rows)));
}

/** The kept PostgreSQL of the data, started at the first call of a measurement. */
let cluster;
async function startCluster() {
  cluster ??= await startPostgres([], join(DATA, "postgresql")).then((server) => {
    const { stop } = server;
    return Object.assign(server, {
      stop() {
        cluster = undefined;
        return stop();
      },
    });
  });
  return cluster;
}

/** Where a server finds the data: its folder, and the variables that name a PostgreSQL. */
async function placeOf(database, dir, name) {
  if (database === "sqlite") return { dir, env: {}, pids: [] };
  const { pid, urlOf } = await startCluster();
  return { dir, env: { DATABASE_URL: urlOf(name) }, pids: [pid] };
}

/**
 * Fills a migrated database with logs, in a process of its own that ends with this one.
 *
 * @returns {Promise<number>} CPU µs that the process used for it, without its start
 */
export async function fillLogs(rows, url, { isIndexed = true } = {}) {
  const args = ["--import", "tsx", FILL, String(rows), ...(isIndexed ? [] : ["--no-index"])];
  const env = {
    ...process.env,
    NODE_ENV: "production",
    DATABASE_URL: url,
    LOG_LEVEL: "warn",
    SECRET_KEY: "a secret key that only the bench uses",
  };
  const child = spawn(process.execPath, args, { cwd: dirname(BENCH), env, stdio: ["ignore", "pipe", "inherit"] });
  const kill = () => child.kill("SIGKILL");
  const filler = track({ stop: kill, kill });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  release(filler);
  if (code !== 0) throw new Error(`Filling ${url} failed`);
  return Number(output);
}

const urlIn = ({ dir, env }) => env.DATABASE_URL ?? `file:${join(dir, "muster.db")}`;

/** Makes a migrated database with an admin and without retention, so that no server that starts on it deletes its rows. */
export async function prepareData({ dir, env }) {
  const server = await startMuster(dir, undefined, undefined, env);
  const authorization = `Bearer ${await signIn(server)}`;
  const headers = { authorization, "content-type": "application/json" };
  const kept = { logs_days: 0, logs_per_bot: 0, messages_days: 0, messages_per_bot: 0, commands_days: 0 };
  const body = JSON.stringify(kept);
  const reply = await fetch(`${server.url}/api/admin/retention`, { method: "PUT", headers, body });
  if (!reply.ok) throw new Error(`Turning off retention: ${reply.status} ${await reply.text()}`);
  await server.stop();
}

/** Fills a draft through the stores of the server. */
async function writeLogs(database, draft, rows) {
  if (database === "postgresql") await (await startCluster()).recreate(nameOf(rows));
  const place = await placeOf(database, draft, nameOf(rows));
  await prepareData(place);
  await fillLogs(rows, urlIn(place));
}

/** Fills a draft with copies of the rows of a smaller size. */
async function copyLogs(draft, rows) {
  const [, present] = USUAL_SIZES;
  if (rows % present) throw new Error(`${sizeName(rows)} is no multiple of ${sizeName(present)}`);
  await buildLogs("postgresql", [present]);
  cpSync(folderOf("postgresql", present), draft, { recursive: true });
  await (await startCluster()).recreate(nameOf(rows), nameOf(present));
  await multiplyLogs(urlIn(await placeOf("postgresql", draft, nameOf(rows))), present, rows);
}

/** Builds the data of some sizes, unless it is there. Nothing half-built is left when it fails. */
export async function buildLogs(database, sizes = USUAL_SIZES) {
  for (const rows of sizes) {
    const isCopied = rows > WRITTEN_MAX;
    if (isBuilt(database, rows) || (isCopied && database === "sqlite")) continue;
    console.error(`  ${sizeName(rows)} logs on ${database} …`);
    const [dir, draft] = [folderOf(database, rows), `${folderOf(database, rows)}.draft`];
    for (const old of [dir, draft]) rmSync(old, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true });
    const began = performance.now();
    if (isCopied) await copyLogs(draft, rows);
    else await writeLogs(database, draft, rows);
    console.error(`  … in ${Math.round((performance.now() - began) / 1000)} s`);
    writeFileSync(join(draft, "built.json"), JSON.stringify({ rows, date: new Date().toISOString() }));
    renameSync(draft, dir);
  }
}

/**
 * Opens built data for a server: `startMuster(data.dir, undefined, undefined, data.env)`.
 *
 * @param {"sqlite" | "postgresql"} database
 * @param {{ isCopy?: boolean }} [options] `isCopy` gives a copy that may be changed
 * @returns {Promise<{ dir: string, env: Record<string, string>, pids: number[] }>} `pids` are of the database's processes
 * @throws UnavailableError when the data has not been built
 */
export async function openLogs(database, rows, { isCopy = false } = {}) {
  if (!isBuilt(database, rows))
    throw new UnavailableError(`${sizeName(rows)} logs on ${database} are not built: run with --build first`);
  const dir = folderOf(database, rows);
  if (!isCopy) return placeOf(database, dir, nameOf(rows));
  const copy = folder();
  cpSync(dir, copy, { recursive: true });
  if (database === "postgresql") await (await startCluster()).recreate(`${nameOf(rows)}_copy`, nameOf(rows));
  return placeOf(database, copy, `${nameOf(rows)}_copy`);
}

/** Makes an empty migrated database that is removed after the measurement. */
export async function emptyLogs(database, name) {
  if (database === "postgresql") await (await startCluster()).recreate(name);
  const place = await placeOf(database, folder(), name);
  await prepareData(place);
  return { ...place, url: urlIn(place) };
}
