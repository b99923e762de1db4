/**
 * Playwright's `test` with this project's fixtures. Whatever page a test opens, an uncaught error, an error in the
 * console or a violation of the content policy fails it, unless the test said that it expects it.
 */
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { type Api, type Bot, type Login, makeUser } from "./api";
import { type BotProcess, startBot } from "./bot-process";

export { expect } from "@playwright/test";

type Watch = {
  /** Expects console errors that match, such as the browser's note on a 401 the test provokes. */
  allow(...patterns: RegExp[]): void;
  /** Watches a context the test made by itself. */
  add(context: BrowserContext): void;
};
type User = Login & { email: string; api: Api };

type Fixtures = {
  watch: Watch;
  /** Origin of the server under test. */
  url: string;
  /** A new account. */
  user: User;
  /** A page of a new browser window, signed in. */
  windowOf(who: Login): Promise<Page>;
  /** A page of that account. */
  home: Page;
  /** Starts a bot process that ends with the test. */
  run(bot: Bot): BotProcess;
};

export const test = base.extend<Fixtures>({
  watch: [
    async ({ context }, use) => {
      const seen: string[] = [];
      const allowed: RegExp[] = [];
      const add = (one: BrowserContext) => {
        one.on("weberror", (error) => seen.push(`uncaught: ${error.error().stack ?? error.error().message}`));
        one.on("console", (message) => {
          if (message.type() === "error" || /content.security.policy/i.test(message.text()))
            seen.push(`console: ${message.text()} (${message.location().url})`);
        });
      };
      add(context);
      await use({ allow: (...patterns) => allowed.push(...patterns), add });
      expect(
        seen.filter((line) => !allowed.some((pattern) => pattern.test(line))),
        "errors in the browser",
      ).toEqual([]);
    },
    { auto: true },
  ],
  url: async ({ baseURL }, use) => use(baseURL!),
  user: async ({ url }, use) => use(await makeUser(url)),
  windowOf: async ({ browser, watch }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (who) => {
      const context = await browser.newContext();
      opened.push(context);
      watch.add(context);
      const reply = await context.request.post("/api/auth/login", {
        data: { username: who.username, password: who.password },
      });
      expect(reply.status()).toBe(200);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
  home: async ({ windowOf, user }, use) => use(await windowOf(user)),
  run: async ({ url }, use) => {
    const running: BotProcess[] = [];
    await use((bot) => {
      const started = startBot(url, bot);
      running.push(started);
      return started;
    });
    await Promise.all(running.map((one) => one.stop()));
  },
});

/** The status word in the head of a bot's page. */
export const statusOf = (page: Page, word: string) =>
  page.locator("#content header").first().getByText(word, { exact: true });

/** Types JSON into an editor, in place of what it holds. */
export async function typeJson(page: Page, label: string, value: unknown): Promise<void> {
  // The plain textarea that stands there first is replaced once the editing engine is loaded.
  await page.locator(".cm-editor").getByRole("textbox", { name: label }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(JSON.stringify(value, null, 2));
}

/** Signs in by the form, as a person does. */
export async function signInByForm(page: Page, { username, password }: Login): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Username or e-mail").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
