/**
 * Tests one of this folder's configurations of proxies with the real program in front of the built server: nginx.conf, with an
 * application behind auth_request, Caddyfile or haproxy.cfg. Needs the proxy, openssl and `npm run build`.
 *
 *   node docs/deploy/try-proxy.mjs nginx|caddy|haproxy
 */
import { createServer } from "node:http";
import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import {
  ask,
  caddy,
  freePort,
  haproxy,
  http,
  https,
  json,
  muster,
  NAME,
  nginx,
  report,
  run,
  signIn,
} from "./trial.mjs";

const name = process.argv[2] ?? "";
const startProxy = { nginx, caddy, haproxy }[name];
if (!startProxy) throw new Error("Name the proxy: nginx, caddy or haproxy");
const [port, other] = [await freePort(), await freePort()];

const expect = (what, seen, wanted) =>
  report(what, wanted instanceof RegExp ? wanted.test(seen) : seen === wanted, `${seen}, not ${wanted}`);

async function signedIn(headers = {}) {
  const reply = await signIn(headers);
  const [cookie] = reply.headers["set-cookie"] ?? [""];
  return { cookie, token: JSON.parse(reply.text).token, value: cookie.split(";")[0] };
}

/** Sends a command to a new bot that is connected in one way, because a bot gets its unsettled commands again when it reconnects. */
async function overSockets(transport, bearer) {
  const bot = await json("/api/my-bots", { method: "POST", headers: bearer, body: { name: transport } });
  // Caddy serves a site by its name, in the handshake and in Host.
  const lookup = (_name, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]);
  const agent = new Agent({ lookup, rejectUnauthorized: false });
  const options = { transports: [transport], forceNew: true, rejectUnauthorized: false, agent };
  const socket = io(`https://${NAME}:${https}`, { ...options, auth: { token: bot.token } });
  try {
    await heard(socket, "connect");
    const got = heard(socket, "new_command");
    const path = `/api/bot/${bot.bot_id}/send-command`;
    const { command } = await json(path, { method: "POST", headers: bearer, body: { type: "ping" } });
    return (await got).id === command.id ? "pushed" : "another command came";
  } catch (error) {
    return String(error);
  } finally {
    socket.close();
  }
}

const heard = (socket, event) =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once("connect_error", reject);
    setTimeout(reject, 10_000, new Error(`No ${event} came`)).unref();
  });

/** Checks what every proxy has to do. */
async function tryMuster() {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200))
    if ((await ask("/api/health").catch(() => ({}))).status === 200) break;
  expect("Muster answers through TLS", (await json("/api/health")).status, "ok");
  const plain = await fetch(`http://127.0.0.1:${http}/x?y=1`, { redirect: "manual" });
  expect("plain HTTP is led to HTTPS", plain.headers.get("location"), /^https:\/\/.*\/x\?y=1$/);
  expect("a page is served", (await ask("/login")).status, 200);
  expect("  with HSTS", (await ask("/login")).headers["strict-transport-security"] ?? "", /max-age=/);

  const { cookie, token, value } = await signedIn({ "x-forwarded-for": "203.0.113.9" });
  expect("the session cookie is for HTTPS alone", cookie, /;\s*Secure/i);
  const bearer = { authorization: `Bearer ${token}` };
  const { sessions } = await json("/api/auth/sessions", { headers: bearer });
  expect("an address a client claims is not believed", sessions.map((one) => one.ip).join(), /^(127\.0\.0\.1,?)+$/);
  const from = (origin) =>
    ask("/api/my-bots", { method: "POST", headers: { cookie: value, origin }, body: { name: "b" } });
  expect("our own origin may use the cookie", (await from(`https://${NAME}`)).status, 200);
  expect("another origin may not", (await from("https://evil.example")).status, 403);
  const claimed = { cookie: value, origin: "https://evil.example", "x-forwarded-host": "evil.example" };
  const forged = await ask("/api/my-bots", { method: "POST", headers: claimed, body: { name: "b" } });
  expect("  nor one that claims the host", forged.status, 403);
  const allowed = async (origin) =>
    (await ask("/api/health", { headers: { origin } })).headers["access-control-allow-origin"] ?? "none";
  expect("CORS names a listed origin", await allowed("https://panel.example.org"), "https://panel.example.org");
  expect("  and no other", await allowed("https://evil.example"), "none");

  const bot = await json("/api/my-bots", { method: "POST", headers: bearer, body: { name: "Behind a proxy" } });
  expect("Socket.IO by WebSocket", await overSockets("websocket", bearer), "pushed");
  expect("Socket.IO by HTTP polling", await overSockets("polling", bearer), "pushed");
  const bots = { authorization: `Bearer ${bot.token}` };
  const poll = await ask(`/api/bot/${bot.bot_id}/commands?wait=3`, { headers: bots });
  expect("a long poll is held and answered", poll.status, 200);
  const big = JSON.stringify({ message: "x".repeat(10_000_000) });
  const refused = await ask(`/api/bot/${bot.bot_id}/logs`, { method: "POST", headers: bots, body: big });
  expect(
    "a body too large is refused by Muster, in JSON",
    `${refused.status} ${refused.text.slice(0, 9)}`,
    '413 {"error":',
  );
  expect("this machine may reach /metrics", (await ask("/metrics")).status, /^(?!403)/);

  return { bearer, bots, value };
}

/** Checks that an application behind auth_request is reached by signed-in people only. */
async function tryReports({ bearer, bots, value }) {
  const seen = [];
  const app = createServer((req, res) => {
    seen.push(req.headers);
    res.end(`report ${req.url}`);
  }).listen(other, "127.0.0.1");
  const html = { accept: "text/html" };
  const stranger = await ask("/reports/july?x=1", { headers: html });
  expect(
    "a stranger's browser is led to the sign-in",
    `${stranger.status} ${stranger.headers.location}`,
    /^302 .*\/login\?next=\/reports\/july\?x=1$/,
  );
  expect("a stranger's script gets 401", (await ask("/reports/july")).status, 401);
  expect(
    "a wrong token gets 401",
    (await ask("/reports/july", { headers: { authorization: "Bearer x" } })).status,
    401,
  );
  expect("a bot's token is no person's", (await ask("/reports/july", { headers: bots })).status, 403);
  expect(
    "who is signed in gets through",
    (await ask("/reports/july?x=1", { headers: { cookie: value } })).text,
    "report /july?x=1",
  );
  expect("a JWT does, too", (await ask("/reports/july", { headers: bearer })).status, 200);
  expect(
    "the application never sees the credential",
    seen.every((one) => !one.cookie && !one.authorization),
    true,
  );
  await ask("/api/auth/logout", { method: "POST", headers: { cookie: value, origin: `https://${NAME}` } });
  expect("after signing out it is over", (await ask("/reports/july", { headers: { cookie: value } })).status, 401);
  app.close();
}

await run(async () => {
  startProxy((conf) =>
    conf.replace("127.0.0.1:5000", `127.0.0.1:${port}`).replace("127.0.0.1:8080", `127.0.0.1:${other}`),
  );
  muster(port, { CORS_ORIGINS: "https://panel.example.org", LOG_LEVEL: "warn" });
  const signedIn = await tryMuster();
  if (name === "nginx") await tryReports(signedIn);
});
