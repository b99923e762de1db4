/**
 * `npm run demo`: starts a server with working bots to explore and experiment with. `npm run demo -- --help` lists the options.
 *
 *   npm run demo                                              ten bots, on a server whose data is deleted at the end
 *   DEMO_DATA=./demo-data npm run demo                        the same, and keeps the data
 *   npm run demo -- --bots 1000 --chaos --seed 42             a large fleet with many faults (scripts/simulator)
 *   npm run demo -- --url https://muster.example --token …    ten bots on a running server; the token is an API key or JWT
 *
 * The bots run on clients/typescript, as real ones do. Of the first ten, one is offline for long, one disconnects often, and
 * one fails often. A simulated operator sends commands now and then.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const { Fleet, HELP, OptionError, operator, readOptions } = await loadSimulator();
let options;
try {
  options = readOptions(process.argv.slice(2), process.env);
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  fail(`${error.message}; --help tells more`);
}
if (options === "help") {
  console.log(HELP);
  process.exit(0);
}

function fail(text) {
  console.error(`demo: ${text}`);
  process.exit(1);
}

/** Returns the wanted port, or a free one if another program listens there. */
function freePort(wanted) {
  return new Promise((done, no) => {
    const probe = createServer();
    probe.once("error", (error) => (wanted ? freePort(0).then(done, no) : no(error)));
    probe.listen(wanted, () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Starts the built server. DEMO_DATA keeps its password beside its data, so that a second run can sign in. */
async function startServer() {
  const built = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: ROOT, stdio: "inherit" });
  if (built.status) fail("the build failed");
  const bundle = join(ROOT, "dist", "server.mjs");
  const kept = process.env.DEMO_DATA && resolve(process.env.DEMO_DATA);
  const dir = kept ?? mkdtempSync(join(tmpdir(), "muster-demo-"));
  mkdirSync(dir, { recursive: true });
  const secret = join(dir, "demo-password");
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(9).toString("base64url"), { mode: 0o600 });
  const password = readFileSync(secret, "utf8");
  const port = await freePort(Number(options.port));
  const child = spawn(process.execPath, [bundle], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    // Handle Ctrl-C here, so that the bots disconnect before the server stops.
    detached: true,
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      DATA_DIR: dir,
      DATABASE_URL: "",
      API_ADMIN_USER: "demo",
      API_ADMIN_PASS: password,
      // One operator creates and commands the whole fleet, which needs more than one person's budget.
      RATE_LIMIT_FACTOR: "20",
      LOG_LEVEL: "warn",
    },
  });
  const clean = () => kept || rmSync(dir, { recursive: true, force: true });
  // Stop the server however the demo ends.
  process.once("exit", () => {
    child.kill("SIGKILL");
    clean();
  });
  child.once("exit", (code) => code && fail(`the server ended with code ${code}`));
  const url = `http://localhost:${port}`;
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const ok = await fetch(`${url}/api/health`).then(
      (reply) => reply.ok,
      () => false,
    );
    if (ok) break;
    if (Date.now() > end) fail("the server does not answer");
  }
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await Promise.race([ended, sleep(8000)]);
  };
  return { url, password, stop };
}

async function loadSimulator() {
  const outfile = join(ROOT, "node_modules", ".cache", "muster", "simulator.mjs");
  const entryPoints = [join(ROOT, "scripts", "simulator", "index.ts")];
  await build({ entryPoints, outfile, bundle: true, platform: "node", format: "esm", packages: "external" });
  return import(pathToFileURL(outfile).href);
}

const server = options.url ? undefined : await startServer();
const url = options.url ?? server.url;
const signIn = (user) => operator(url, "")("POST", "/api/auth/login", user);
const token = options.token && options.url ? options.token : undefined;
const { faults, seed } = options;
const fleet = new Fleet({
  ...options,
  url,
  token: token ?? (await signIn({ username: "demo", password: server.password })).token,
  onProblem: (text) => console.error(`demo: ${text}`),
});
if (options.bots > 100) console.log(`\n  Creating ${options.bots} bots …`);
await fleet.start().catch((error) => fail(error.message));

console.log(`\n  ${options.bots} bots at work on  ${url}`);
if (server) console.log(`  Sign in as       demo\n  with password    ${server.password}`);
const suffering = Object.values(faults).some((one) => (typeof one === "number" ? one : one.ms) > 0);
if (suffering) console.log(`  Seed             ${seed}`);
console.log("\n  Press Ctrl-C to stop.\n");

/** Returns the counters that are not zero. */
function news() {
  const { ledger, tally, connected } = fleet;
  const counts = Object.entries(tally).filter(([, count]) => count > 0);
  const summary = counts.map(([name, count]) => `${name.replaceAll("_", " ")} ${count}`).join(", ");
  return `${connected} of ${options.bots} connected; ${ledger.size} commands sent, ${ledger.settled()} settled${summary && `; ${summary}`}`;
}
const large = suffering || options.bots > 100;
const reporter = large ? setInterval(() => console.log(`  ${news()}`), 10_000) : undefined;

let quitting = false;
const quit = async () => {
  if (quitting) return;
  quitting = true;
  clearInterval(reporter);
  let code = 0;
  await fleet.stop();
  if (large || options.seconds) {
    const { wrong, sent, completed, failed, waiting, runs_again } = await fleet.balance();
    console.log(`  ${news()}`);
    console.log(
      `  On record: ${sent} commands sent: ${completed} completed, ${failed} failed, ${waiting} wait; ${runs_again} ran again`,
    );
    for (const line of wrong) console.error(`  WRONG ${line}`);
    if (wrong.length > 0) code = 1;
  }
  await server?.stop();
  process.exit(code);
};
process.once("SIGINT", quit).once("SIGTERM", quit);
if (options.seconds) setTimeout(quit, options.seconds * 1000);
