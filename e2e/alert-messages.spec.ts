/** Channel messages and background services: an admin sees and fixes problems. Runs on its own server. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { ADMIN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../tests/process";
import { expect, test } from "./test";

let folder: string;
let server: ServerProcess;
let hook: Server;
/** The next answers of the webhook; 200 when empty. */
const answers: { status: number; body: string }[] = [];
test.beforeAll(async () => {
  folder = temporaryFolder();
  hook = createServer((req, res) => {
    req.resume();
    const { status, body } = answers.shift() ?? { status: 200, body: "ok" };
    res.writeHead(status).end(body);
  }).listen(0, "127.0.0.1");
  await once(hook, "listening");
  server = await startServer({ DATA_DIR: folder, OUTBOUND_ALLOW_CIDRS: "127.0.0.0/8" });
});
test.afterAll(async () => {
  await server?.stop();
  hook?.close();
  removeFolder(folder);
});

async function adminPage(browser: Browser, watch: { add(context: BrowserContext): void }): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url });
  watch.add(context);
  expect((await context.request.post("/api/auth/login", { data: ADMIN })).status()).toBe(200);
  return context.newPage();
}

async function addChannel(page: Page, name: string): Promise<void> {
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
  const data = { kind: "webhook", name, url, global: true };
  expect((await page.request.post("/api/alert-channels", { data })).status()).toBe(200);
}

async function trigger(page: Page, message: string): Promise<void> {
  const data = { level: "critical", message };
  expect((await page.request.post("/api/alerts", { data })).status()).toBe(200);
}

test("a failed message shows its reason and alert, and can be sent again", async ({ browser, watch }) => {
  const page = await adminPage(browser, watch);
  await addChannel(page, "Pager");
  await page.goto("/dashboard/alerts?tab=channels");
  await page.getByRole("button", { name: "Messages to Pager", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Messages to Pager", exact: true });
  await expect(dialog.getByText("No messages yet")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  answers.push({ status: 400, body: "routing_key is missing" });
  await trigger(page, "The disk is nearly full");
  await page.getByRole("button", { name: "Messages to Pager", exact: true }).click();
  const message = dialog.getByRole("list", { name: "Messages", exact: true }).getByRole("listitem");
  await expect(message).toContainText(/Raised:\s*The disk is nearly full/);
  await expect(message).toContainText("failed");
  await expect(message).toContainText("It answered 400: routing_key is missing");
  await message.getByRole("button", { name: "Send again", exact: true }).click();
  await expect(page.getByText("Sending the message again")).toBeVisible();
  await expect(message).toContainText("sent");
  await expect(message).not.toContainText("400");
  await expect(message.getByRole("button", { name: "Send again", exact: false })).toHaveCount(0);

  await message.getByRole("link", { name: "The disk is nearly full", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("dialog").getByText("The disk is nearly full").first()).toBeVisible();
});

test("a restarted service shows that it runs, and one that is off says so", async ({ browser, watch }) => {
  const page = await adminPage(browser, watch);
  await addChannel(page, "Night watch");
  await page.goto("/admin/system");
  const row = page
    .getByRole("listitem")
    .filter({ has: page.getByRole("button", { name: "Restart alert_engine", exact: true }) });
  await expect(row).toContainText("running");
  await row.getByRole("button", { name: "Restart alert_engine", exact: true }).click();
  await expect(page.getByText("Service alert_engine restarted successfully")).toBeVisible();
  await expect(row).toContainText("restarted once");
  await expect(row).toContainText("running");
  // The restarted service works: a message is sent.
  await trigger(page, "After the restart");
  await page.goto("/dashboard/alerts?tab=channels");
  await page.getByRole("button", { name: "Messages to Night watch", exact: true }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "After the restart" })).toContainText("sent");

  // Leave the page first: its requests for the feature that is off would be refused.
  await page.goto("about:blank");
  const off = await page.request.patch("/api/config", { data: { enabledPhases: { phase2: false } } });
  expect(off.status()).toBe(200);
  await page.goto("/admin/system");
  await expect(row).toContainText("stopped");
  const job = (name: string) =>
    page.getByRole("table", { name: "Background jobs", exact: true }).getByRole("row").filter({ hasText: name });
  await expect(job("alerts.watch")).toContainText("stopped");
  await expect(job("telemetry.index")).toContainText(/ago|just now/);
  await row.getByRole("button", { name: "Restart alert_engine", exact: true }).click();
  await expect(page.getByText("Service alert_engine is turned off (settings: features)")).toBeVisible();
});
