/** `muster doctor`: checks the connection to a server, and says how to fix each problem. */
import { io } from "socket.io-client";
import type { Options } from "./options.js";
import { type Account, account, ask } from "./server.js";
import { print, printJson } from "./terminal.js";

type Finding = { name: string; ok: boolean; detail: string };
type Health = { version: string; checks?: Finding[] };
const CLOCK_LIMIT_MS = 60_000;
const SOCKET_MS = 10_000;
const LOCAL = /^(localhost|127\.|\[::1\]$)/;

/** Runs one check. An error becomes a finding that ends with the remedy. */
async function check(name: string, remedy: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await work() };
  } catch (error) {
    return { name, ok: false, detail: `${(error as Error).message}. ${remedy}` };
  }
}

async function compareClocks(url: string): Promise<string> {
  const date = (await fetch(`${url}/api/health`)).headers.get("date");
  const difference = Math.abs(Date.now() - Date.parse(date ?? ""));
  if (Number.isNaN(difference)) return "the server states no time";
  if (difference > CLOCK_LIMIT_MS) throw new Error(`The clocks differ by ${Math.round(difference / 1000)} s`);
  return "same time as the server";
}

function connectLive({ url, token }: Account): Promise<string> {
  const socket = io(url, { auth: { token }, transports: ["websocket"], reconnection: false, timeout: SOCKET_MS });
  return new Promise<string>((resolve, reject) => {
    socket.on("connect", () => resolve("a WebSocket connects"));
    socket.on("connect_error", reject);
  }).finally(() => socket.disconnect());
}

function checkEncryption(url: string): Promise<string> {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:") return Promise.resolve("encrypted");
  if (LOCAL.test(hostname)) return Promise.resolve("this computer");
  return Promise.reject(new Error(`Tokens travel to ${hostname} without encryption`));
}

export async function diagnose(options: Options, version: string): Promise<number> {
  const me = account(options);
  const { url } = me;
  let health: Health | undefined;
  const findings = [
    await check("server", "Check the address (--url or MUSTER_URL), and that the server runs", async () => {
      health = await ask<Health>({ url }, "GET /api/health?detailed=true");
      return `version ${health.version}`;
    }),
  ];
  if (health) {
    const served = health.version;
    findings.push(
      ...(health.checks ?? []),
      await check(
        "version",
        `Install the server's own: npm install --global ${url}/clients/muster-cli.tgz`,
        async () => {
          if (served !== version) throw new Error(`This command has version ${version}, the server ${served}`);
          return "same version as the server";
        },
      ),
      await check("encryption", "Put a proxy with TLS before the server, and use its https address", () =>
        checkEncryption(url),
      ),
      await check("clock", "Set this computer's clock, or the server's, by NTP", () => compareClocks(url)),
      await check("key", "Run `muster login` again", async () => {
        const { user } = await ask<{ user: { username: string } }>(me, "GET /api/auth/me");
        return `signed in as ${user.username}`;
      }),
      await check("live", "Let the proxy pass WebSocket upgrades of /socket.io/", () => connectLive(me)),
    );
  }
  if (options.json) printJson(findings);
  else for (const { name, ok, detail } of findings) print(`${ok ? "ok  " : "FAIL"}  ${name.padEnd(10)}  ${detail}`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}
