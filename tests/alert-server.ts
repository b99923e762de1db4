/** A server with alerts, and an address that hears what its channels send. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { type Alert, triggerAlert } from "@/lib/operations/alerts/contract";
import { eventually } from "./eventually";
import { aUser, type TestUser, theAdmin } from "./factories";
import { removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { discordWebhook } from "./standins/discord-webhook";

type Heard = { path: string; headers: IncomingHttpHeaders; text: string };
let folder: string;
export let server: ServerProcess;
export let admin: TestUser;
export let owner: TestUser;
export let discord: Awaited<ReturnType<typeof discordWebhook>>;
/** Stand-ins for webhooks, Slack and Telegram: the requests they got, and their answers. */
export const heard: Heard[] = [];
export const answers: { status: number; body: string }[] = [];
const listener = createServer((req, res) => {
  let text = "";
  req.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  req.on("end", () => {
    heard.push({ path: req.url ?? "", headers: req.headers, text });
    const { status, body } = answers.shift() ?? { status: 200, body: "ok" };
    res.writeHead(status).end(body);
  });
});
export let at: string;
beforeAll(async () => {
  folder = temporaryFolder();
  discord = await discordWebhook();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  at = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  server = await startServer({
    DATA_DIR: join(folder, "data"),
    OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8",
    TELEGRAM_API_URL: at,
    BOT_OFFLINE_AFTER_S: "2",
  });
  admin = await theAdmin(server.url);
  owner = await aUser("user", server.url);
});
afterAll(async () => {
  const code = await server?.stop();
  await discord?.close();
  listener.close();
  removeFolder(folder);
  expect(code).toBe(0);
});
export const found = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> =>
  (await eventually(look, Boolean))!;
export const trigger = (body: object) => admin.api.call(triggerAlert, { body });
export const one = (alert: Alert) => ({ params: { alert_id: alert.alert_id } });
