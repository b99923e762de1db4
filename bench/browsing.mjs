/** P14: what bots notice of four browsers that load pages. */
import { fileURLToPath } from "node:url";
import { cookieOf, openConsole } from "./console.mjs";
import { latencyBeside } from "./latency.mjs";
import { launch, prepareMuster, startMuster } from "./processes.mjs";

const BROWSERS = 4;
const BROWSE = fileURLToPath(new URL("peers/browse.mjs", import.meta.url));
const PAGES = ["/dashboard", "/dashboard/bots", "/dashboard/logs", "/dashboard/commands"];

async function pagesBesideBots({ figure, size, quick }) {
  const server = await startMuster();
  await prepareMuster(server);
  await openConsole(server);
  const cookie = await cookieOf(server);
  const args = [BROWSE, server.url, cookie, String(BROWSERS), ...PAGES];
  const startLoad = () => {
    const browsers = launch(process.execPath, args, { port: server.port });
    return async () => {
      if (browsers.failed) throw new Error(browsers.failed);
      await browsers.stop({ signal: "SIGKILL" });
    };
  };
  const p99 = await latencyBeside(server, size.rounds, quick ? 2000 : 8000, startLoad);
  const what = `p99 of /api/health while ${BROWSERS} browsers load pages`;
  figure({ what, ours: p99.loaded, peer: p99.idle, of: "idle", goal: 1.5, unit: "ms" });
}

export const measurement = { id: "P14", title: "pages beside bots", run: pagesBesideBots };
