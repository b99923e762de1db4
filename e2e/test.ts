/**
 * Playwright's `test` with this project's fixtures. Whatever page a test opens, an uncaught error, an error in the
 * console or a violation of the content policy fails it, unless the test said that it expects it; and `goto` and `reload`
 * wait until the page's own code has taken over what the server drew.
 */
import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";
import { type Api, type Bot, type Login, makeUser } from "./api";
import { type BotProcess, startBot } from "./bot-process";
import { type JourneyServer, startJourneyServer } from "./server";

export { expect } from "@playwright/test";

type Watch = {
  /** Expects console errors that match, such as the browser's note on a 401 the test provokes. */
  allow(...patterns: RegExp[]): void;
  /** Watches a context the test made by itself. */
  add(context: BrowserContext): void;
};
type User = Login & { email: string; api: Api };

type WorkerFixtures = {
  /** The server under test, one for each worker. */
  server: JourneyServer;
};
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

/**
 * Waits until React has taken over every control the server drew. What is clicked or typed before that may be lost, on a
 * slow machine or a slow line; people see the page react and try again, a test does not.
 */
const takenOver = (page: Page) =>
  expect(async () => {
    const isTaken = await page.evaluate(() =>
      [...document.querySelectorAll("button, input, select, textarea")].every((one) =>
        Object.keys(one).some((key) => key.startsWith("__reactProps$")),
      ),
    );
    expect(isTaken, "the page's code has taken over").toBe(true);
    // A page that leaves at once, to the sign-in page say, fails the look: it is looked at again.
  }).toPass({ intervals: [20, 50, 100, 250], timeout: 60_000 });

function withCode(page: Page): void {
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...how) => {
    const reply = await goto(...how);
    await takenOver(page);
    return reply;
  };
  page.reload = async (...how) => {
    const reply = await reload(...how);
    await takenOver(page);
    return reply;
  };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from its first parameter
    async ({}, use) => {
      const server = await startJourneyServer();
      await use(server);
      expect(await server.stop()).toBe(0);
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: ({ server }, use) => use(server.url),
  watch: [
    async ({ context }, use) => {
      const seen: string[] = [];
      const allowed: RegExp[] = [];
      const add = (one: BrowserContext) => {
        one.on("page", withCode);
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
  url: ({ server }, use) => use(server.url),
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

/** The page says that its live connection stands: from then on it hears keys and news. */
export const expectLive = (page: Page) => expect(page.getByRole("contentinfo").getByText("Live")).toBeVisible();

/** The page's session is over. The page may be on its way to the sign-in page already, which aborts our own going. */
export const expectSignedOut = (page: Page) =>
  expect(async () => {
    await page.goto("/dashboard");
    await expect(page).toHaveURL(/\/login/, { timeout: 2_000 });
  }).toPass();

/** What `read` answers once it stands still: the same at two looks, a few frames apart. */
export async function settled<T extends string | number>(read: () => Promise<T>): Promise<T> {
  let last = await read();
  await expect(async () => {
    const before = last;
    last = await read();
    expect(last).toBe(before);
  }).toPass({ intervals: [100] });
  return last;
}

/** The status word in the head of a bot's page. */
export const statusOf = (page: Page, word: string) =>
  page.locator("#content header").first().getByText(word, { exact: true });

/** How far a sent command came; the words of the steps ahead of it stand there from the beginning. */
export const stepOf = (command: Locator) => command.locator('[aria-current="step"]');

/** Types JSON into an editor, in place of what it holds. */
export async function typeJson(page: Page, label: string, value: unknown): Promise<void> {
  // The plain textarea that stands there first is replaced once the editing engine is loaded.
  await page.locator(".cm-editor").getByRole("textbox", { name: label }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

/** Signs in by the form, as a person does. */
export async function signInByForm(page: Page, { username, password }: Login): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Username or e-mail").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
