/** P15: a SIGTERM under load. The clients are those of restart-load.mjs. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { prepareMuster, startMuster } from "./processes.mjs";

const LOAD = fileURLToPath(new URL("restart-load.mjs", import.meta.url));
const CLIENTS = { writers: 40, pollers: 10, sockets: 20 };

function startClients(url, bots) {
  const child = spawn(process.execPath, [LOAD], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ url, bots, ...CLIENTS }));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async () => (await lines.next()).value;
}

/** Everything that is neither an answer 200 nor a refused connection. */
const failed = (seen) => Object.entries(seen).reduce((sum, [what, count]) => (what === "200" ? sum : sum + count), 0);

async function run({ figure }) {
  let server = await startMuster(undefined, undefined, undefined, { STOP_GRACE_S: "2" });
  const { botId, botToken } = await prepareMuster(server);
  const next = startClients(server.url, [{ id: botId, token: botToken }]);
  await next();
  await server.stop({ graceMs: 15_000 });
  await next();
  server = await startMuster(server.dir, server.port);
  const seen = JSON.parse(await next());
  await server.stop();
  const answered = (seen.writers[200] ?? 0) + (seen.pollers[200] ?? 0);
  const dropped = failed(seen.writers) + failed(seen.pollers);
  const away = CLIENTS.sockets - (seen.sockets["transport close"] ?? 0);
  figure({ what: "requests dropped", ours: dropped, goal: 0, unit: "", note: `${answered} answered` });
  figure({ what: "sockets not back by themselves", ours: away, goal: 0, unit: "" });
}

export const measurement = { id: "P15", title: "a SIGTERM under load", run };
