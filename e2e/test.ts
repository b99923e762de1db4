/**
 * Playwright's `test` with this project's fixtures. An uncaught error, a console error or a violation of the content policy
 * on any page fails the test, unless it declared that it expects this. Every action waits until React has hydrated the page.
 */
import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";
import { type Api, type Bot, type Login, makeUser } from "./api";
import { type BotProcess, startBot } from "./bot-process";
import { type JourneyServer, startJourneyServer } from "./server";

export { expect } from "@playwright/test";

export type Watch = {
  /** Expects console errors that match, such as the browser's note on a 401 the test provokes. */
  allow(...patterns: RegExp[]): void;
  /** Watches a context that the test created. */
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
 * Marks a document whose controls React has hydrated, all of them at one time. It keeps looking, because React replaces the
 * whole document, and the mark with it, when it renders an answer like "Page not found" again in the browser.
 */
const markHydrated = () => {
  const look = () => {
    const controls = [...document.querySelectorAll("button, input, select, textarea")];
    const isHydrated = controls.every((one) => Object.keys(one).some((key) => key.startsWith("__reactProps$")));
    // A document has no element yet when this script starts, nor for a moment while React replaces it.
    const root: HTMLElement | null = document.documentElement;
    if (root && document.readyState !== "loading" && isHydrated) root.dataset.hydrated = "";
    setTimeout(look, root?.dataset.hydrated === undefined ? 20 : 100);
  };
  look();
};

/**
 * Makes each click, input and expectation wait until React has hydrated every control, also on a page that a form, a link or
 * a redirect opened. Earlier clicks and key presses may be lost on a slow machine; people notice and try again, but a test
 * does not. `goto` and `reload` wait by themselves, because keys pressed after them wait for nothing.
 */
function waitForHydration(page: Page): void {
  const hydrated = async () => {
    await page.locator("html[data-hydrated]").waitFor({ state: "attached", timeout: 60_000 });
  };
  void page.addLocatorHandler(page.locator("html:not([data-hydrated])"), hydrated);
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...how) => {
    const reply = await goto(...how);
    await hydrated();
    return reply;
  };
  page.reload = async (...how) => {
    const reply = await reload(...how);
    await hydrated();
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
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: ({ server }, use) => use(server.url),
  watch: [
    async ({ browser, context }, use) => {
      const seen: string[] = [];
      const allowed: RegExp[] = [];
      const add = (one: BrowserContext) => {
        void one.addInitScript(markHydrated);
        one.on("page", waitForHydration);
        one.on("weberror", (error) => seen.push(`uncaught: ${error.error().stack ?? error.error().message}`));
        one.on("console", (message) => {
          if (message.type() === "error" || /content.security.policy/i.test(message.text()))
            seen.push(`console: ${message.text()} (${message.location().url})`);
        });
      };
      add(context);
      await use({ allow: (...patterns) => allowed.push(...patterns), add });
      // A window that stays open costs CPU, and the report of a later failure would show its page.
      for (const one of browser.contexts()) if (one !== context) await one.close();
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
    await use(async (who) => {
      const context = await browser.newContext();
      watch.add(context);
      const reply = await context.request.post("/api/auth/login", {
        data: { username: who.username, password: who.password },
        // As the API of the journeys, so that the account is not notified of a new device.
        headers: { "user-agent": "node" },
      });
      expect(reply.status()).toBe(200);
      return context.newPage();
    });
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

/** Waits until the page shows its live connection; from then on it reacts to shortcuts and updates. */
export const expectLive = (page: Page) => expect(page.getByRole("contentinfo").getByText("Live")).toBeVisible();

/** Unfolds a group of the navigation, which lists only the open page until then. */
export const unfold = (page: Page, title: string) =>
  page.getByRole("navigation", { name: "Main", exact: true }).getByRole("button", { name: title, exact: true }).click();

/** Opens the sign-in page after the session has ended. The page may be going there already, which aborts our navigation. */
export const expectSignedOut = (page: Page) =>
  expect(async () => {
    await page.goto("/dashboard");
    await expect(page).toHaveURL(/\/login/, { timeout: 2_000 });
  }).toPass();

/** Returns the value of `read` once it is stable: the same at two reads, a few frames apart. */
export async function settled<T extends string | number>(read: () => Promise<T>): Promise<T> {
  let last = await read();
  await expect(async () => {
    const before = last;
    last = await read();
    expect(last).toBe(before);
  }).toPass({ intervals: [100] });
  return last;
}

/** The status in the header of a bot's page. */
export const statusOf = (page: Page, word: string) =>
  page.locator("#content header").first().getByText(word, { exact: true });

/** The current step of a sent command. The labels of later steps are visible from the beginning. */
export const stepOf = (command: Locator) => command.locator('[aria-current="step"]');

/** Types JSON into an editor, in place of what it holds. */
export async function typeJson(page: Page, label: string, value: unknown): Promise<void> {
  // Wait until the editor has loaded and replaced the plain textarea.
  await page.locator(".cm-editor").getByRole("textbox", { name: label, exact: true }).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

/** Signs in with the form, as a person does. */
export async function signInByForm(page: Page, { username, password }: Login, url = ""): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel("Username or email", { exact: true }).fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
