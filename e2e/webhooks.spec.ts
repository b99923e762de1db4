/** A webhook's life against a real receiver: created, tested, failing, repeated, rotated and limited. Runs on its own server. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { type Api, apiOf, type Bot, makeBot, signIn } from "./api";
import { expect, test } from "./test";

type Heard = { path: string; headers: IncomingHttpHeaders; body: string; type: string };

let folder: string;
let server: ServerProcess;
let receiver: Server;
const heard: Heard[] = [];
/** The status and the body of every answer. */
let answer = { status: 200, body: "ok" };

test.beforeAll(async () => {
  folder = temporaryFolder();
  receiver = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      heard.push({ path: req.url ?? "", headers: req.headers, body, type: JSON.parse(body).type });
      res.writeHead(answer.status).end(answer.body);
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8" });
});
test.beforeEach(() => {
  heard.length = 0;
  answer = { status: 200, body: "ok" };
});
test.afterAll(async () => {
  await server?.stop();
  receiver?.close();
  removeFolder(folder);
});

const address = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

async function adminPage(browser: Browser, watch: { add(context: BrowserContext): void }): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  watch.add(context);
  expect((await context.request.post("/api/auth/login", { data: ADMIN })).status()).toBe(200);
  return context.newPage();
}

/** Sends a command to a bot and lets the bot report that it failed. */
async function failCommand(api: Api, bot: Bot): Promise<string> {
  const { command } = await api.post("/api/commands", { bot_id: bot.id, type: "ping" });
  const body = { status: "failed", result: { reason: "no answer" } };
  await apiOf(server.url, bot.token).post(`/api/commands/${command.id}/ack`, body);
  return command.id;
}

/** Waits for a request of a type to a path, and verifies the newest one by each of the secrets. */
async function verified(path: string, type: string, secrets: string[]): Promise<void> {
  const isWanted = (one: Heard) => one.path.startsWith(path) && one.type === type;
  await expect.poll(() => heard.some(isWanted)).toBe(true);
  const { headers, body } = heard.findLast(isWanted)!;
  for (const secret of secrets)
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type });
}

test("a person creates a webhook, tests it and sees a receiver fail and recover", async ({ browser, watch }) => {
  const page = await adminPage(browser, watch);
  await page.goto("/dashboard/webhooks");
  await expect(page.getByText("No webhooks yet", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Create webhook", exact: true }).first().click();
  const form = page.getByRole("dialog", { name: "Create webhook", exact: true });
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Deploys");
  await form.getByRole("textbox", { name: "Address", exact: true }).fill("ftp://nowhere");
  await form.getByRole("button", { name: "Create webhook", exact: true }).click();
  await expect(form.getByText(/must be an http or https address/)).toBeVisible();
  await form.getByRole("textbox", { name: "Address", exact: true }).fill(address("/deploys?key=hidden"));
  await form.getByRole("checkbox", { name: "Command completed", exact: true }).click();
  await form.getByRole("button", { name: "Create webhook", exact: true }).click();
  const shown = page.getByRole("dialog", { name: "Signing secret", exact: true });
  const secret = (await shown.getByText(/^whsec_/).textContent())!;
  await shown.getByRole("button", { name: "Done", exact: true }).click();
  await expect(shown).toBeHidden();

  await page.getByRole("link", { name: "Deploys", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Deploys");
  await page.getByRole("button", { name: "Send test", exact: true }).click();
  await expect(page.getByText("The receiver accepted the test event")).toBeVisible();
  await verified("/deploys", "webhook.test", [secret]);
  const log = page.getByRole("table", { name: "Deliveries", exact: true }).locator("tbody").getByRole("row");
  await expect(log).toHaveCount(1);
  await expect(log).toContainText(/Test event\s*delivered/);

  answer = { status: 503, body: "down for maintenance" };
  const api = await signIn(server.url, ADMIN);
  const id = await failCommand(api, await makeBot(api, "Courier"));
  await expect(page.getByText(/Failing since/)).toContainText("It answered 503: down for maintenance");
  await expect(log.first()).toContainText(/Command failed\s*waiting/);
  await log.first().getByRole("button", { name: "Command failed", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "Command failed", exact: true });
  await expect(panel.getByText("down for maintenance", { exact: true })).toBeVisible();
  await expect(panel.getByText(/webhook-id: fact_/)).toBeVisible();
  await expect(panel.getByText(new RegExp(id))).toBeVisible();
  expect(await page.content()).not.toContain("key=hidden");

  answer = { status: 200, body: "back" };
  await expect(page.getByText(/Failing since/)).toBeHidden();
  await expect(panel.getByText("delivered", { exact: true })).toBeVisible();
  await verified("/deploys", "command.failed", [secret]);
});

test("a dead letter is delivered again, the secret rotates, and a webhook can be paused and deleted", async ({
  browser,
  watch,
}) => {
  const page = await adminPage(browser, watch);
  const api = await signIn(server.url, ADMIN);
  const { webhook, secret } = await api.post("/api/webhooks", {
    ...{ name: "Pager", url: address("/pager"), kinds: ["command.failed"] },
  });
  answer = { status: 422, body: "unknown field" };
  await failCommand(api, await makeBot(api, "Bellboy"));
  await page.goto(`/dashboard/webhooks/${webhook.webhook_id}?status=dead`);
  const log = page.getByRole("table", { name: "Deliveries", exact: true }).locator("tbody").getByRole("row");
  await expect(log).toContainText("It answered 422: unknown field");
  await log.getByRole("button", { name: "Command failed", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "Command failed", exact: true });
  answer = { status: 200, body: "ok" };
  heard.length = 0;
  await panel.getByRole("button", { name: "Deliver again", exact: true }).click();
  await verified("/pager", "command.failed", [secret]);
  await panel.getByRole("button", { name: "Close panel", exact: true }).click();
  await page.getByRole("combobox", { name: "Outcome", exact: true }).selectOption({ label: "delivered" });
  await expect(log).toContainText("repeated");

  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Rotate secret…", exact: true }).click();
  await page
    .getByRole("dialog", { name: "Rotate secret", exact: true })
    .getByRole("button", { name: "Rotate secret", exact: true })
    .click();
  const shown = page.getByRole("dialog", { name: "Signing secret", exact: true });
  const next = (await shown.getByText(/^whsec_/).textContent())!;
  await shown.getByRole("button", { name: "Done", exact: true }).click();
  await expect(page.getByText(/signs too until/)).toBeVisible();
  await page.getByRole("button", { name: "Send test", exact: true }).click();
  await verified("/pager", "webhook.test", [secret, next]);

  await page.getByRole("button", { name: "Pause webhook", exact: true }).click();
  await expect(page.getByRole("button", { name: "Resume webhook", exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Resume webhook", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Edit webhook", exact: true }).click();
  const form = page.getByRole("dialog", { name: "Edit webhook Pager", exact: true });
  await form.getByRole("combobox", { name: "Bots", exact: true }).selectOption({ label: "Bots with a tag" });
  await form.getByRole("combobox", { name: "Tag", exact: true }).fill("production");
  await form.getByRole("button", { name: "Save webhook", exact: true }).click();
  await expect(form).toBeHidden();
  await expect(page.getByText("Bots with the tag production")).toBeVisible();

  await page.getByRole("button", { name: "More actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete webhook…", exact: true }).click();
  await page
    .getByRole("dialog", { name: "Delete webhook Pager", exact: true })
    .getByRole("button", { name: "Delete webhook", exact: true })
    .click();
  await expect(page).toHaveURL(/\/dashboard\/webhooks$/);
  await expect(page.getByRole("link", { name: "Pager", exact: true })).toHaveCount(0);
});
