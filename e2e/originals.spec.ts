/** The web pages of documents 000 and 001 in a browser, by a stand-in for them that makes the same calls. */
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { apiOf, makeBot } from "./api";
import { expect, test } from "./test";

const PAGES = join(import.meta.dirname, "originals");
const SOCKET_IO = join(import.meta.dirname, "../node_modules/socket.io-client/dist/socket.io.js");

/** The originals served their pages themselves, so the browser gets the stand-in from the origin of the server under test. */
async function openManager(page: Page, url: string): Promise<void> {
  await page.route(`${url}/originals/**`, (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1)!;
    return route.fulfill({ path: name === "socket.io.js" ? SOCKET_IO : join(PAGES, name) });
  });
  await page.goto(`${url}/originals/manager.html`);
}

// React hydrates nothing on a plain page, so it does not use the fixture that waits for that.
test("the manager page signs in, follows a bot, sends a message, and saves the profile", async ({
  browser,
  url,
  user,
}) => {
  const bot = await makeBot(user.api, "Page bot");
  const botApi = apiOf(url, bot.token);
  await user.api.post("/api/auth/update-profile", { phone: "+49 30 1234", birthday: "1990-12-31", gender: "female" });
  const context = await browser.newContext();
  const errors: string[] = [];
  context.on("weberror", (error) => errors.push(error.error().message));
  const page = await context.newPage();
  await openManager(page, url);

  await page.getByLabel("Username", { exact: true }).fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.locator("#me")).toHaveText(user.username);
  await expect(page.locator("#bots li")).toHaveText([/^Page bot \(/]);
  await expect(page.locator("#socket")).toHaveText("connected");

  await botApi.post(`/api/bot/${bot.id}/logs`, { type: "info", message: "ready" });
  await expect(page.locator("#timeline li")).toHaveText(["[info] ready"]);
  const said = {
    message: "hello",
    author_id: "7",
    author_name: "Bob",
    thread_id: "42",
    thread_type: "ThreadType.GROUP",
  };
  await botApi.post(`/api/bot/${bot.id}/messages`, said);
  await expect(page.locator("#timeline li")).toHaveText(["[info] ready", "[message] hello"]);

  await page.getByLabel("Thread", { exact: true }).fill("42");
  await page.getByLabel("Message", { exact: true }).fill("hi there");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.locator("#sent")).toHaveText("queued");
  const { commands } = await botApi.get(`/api/bot/${bot.id}/commands`);
  expect(commands).toMatchObject([
    { type: "send_message", payload: { thread_id: "42", thread_type: "GROUP", message: "hi there" } },
  ]);

  await expect(page.getByLabel("Phone", { exact: true })).toHaveValue("+49 30 1234");
  await page.getByLabel("Full name", { exact: true }).fill("Ada L.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("#saved")).toHaveText("Profile updated");
  expect((await user.api.get("/api/auth/me")).user).toMatchObject({
    ...{ fullname: "Ada L.", email: user.email, phone: "+49 30 1234", birthday: "1990-12-31", gender: "female" },
  });
  expect(errors).toEqual([]);
  await context.close();
});
