import type { Page } from "@playwright/test";
import { makeBot } from "./api";
import { openLine } from "./line";
import { expect, expectLive, statusOf, test } from "./test";

test("the palette finds pages, bots and actions with the keyboard", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Zephyr");
  await home.goto("/dashboard");
  await expectLive(home);
  const palette = home.getByRole("dialog", { name: "Search", exact: true });
  const search = async (text: string) => {
    await home.keyboard.press("Control+k");
    await expect(palette.getByRole("combobox")).toBeFocused();
    await home.keyboard.type(text);
  };
  await search("zeph");
  // The palette lists what can be done to the bot below it, a moment later.
  await expect(palette.getByRole("option", { name: /Zephyr/ }).first()).toBeVisible();
  await home.keyboard.press("Enter");
  await expect(home).toHaveURL(`/dashboard/bots/${bot.id}`);

  await search("messages");
  await expect(palette.getByRole("option").first()).toContainText("Messages");
  await home.keyboard.press("Enter");
  await expect(home).toHaveURL("/dashboard/messages");

  await search("theme");
  await home.getByRole("option", { name: "Switch to the dark theme", exact: true }).click();
  await expect(home.locator("html")).toHaveClass(/dark/);
  await home.reload();
  await expect(home.locator("html")).toHaveClass(/dark/);

  await expectLive(home);
  await search("");
  await home.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("the palette restarts a bot, opens its composer and logs, a command by its id, and what was opened last", async ({
  home,
  user,
  run,
}) => {
  const bot = await makeBot(user.api, "Zephyr");
  const other = await makeBot(user.api, "Zeppelin");
  run(bot);
  await home.goto(`/dashboard/bots/${bot.id}`);
  await expect(statusOf(home, "online")).toBeVisible();
  const palette = home.getByRole("dialog", { name: "Search", exact: true });
  const option = (start: string) => palette.getByRole("option", { name: new RegExp(`^${start}`) });
  const search = async (text: string) => {
    await home.keyboard.press("Control+k");
    await expect(palette.getByRole("combobox")).toBeFocused();
    await home.keyboard.type(text);
  };
  await search("restart zep");
  await expect(option("Restart Zeppelin")).toHaveAttribute("aria-disabled", "true");
  await expect(option("Restart Zephyr")).toHaveAttribute("aria-selected", "true");
  await home.keyboard.press("Enter");
  await home.getByRole("button", { name: "View command", exact: true }).click();
  await expect(home).toHaveURL(/command=cmd_/);
  const id = new URL(home.url()).searchParams.get("command")!;
  const closePanel = async () => {
    await expect(home.getByRole("dialog").getByText(id)).toBeVisible();
    await home.keyboard.press("Escape");
    await expect(home.getByRole("dialog")).toBeHidden();
  };
  await closePanel();

  await search("logs of zeppelin");
  await expect(option("View logs of Zeppelin")).toHaveAttribute("aria-selected", "true");
  await home.keyboard.press("Enter");
  await expect(home).toHaveURL(`/dashboard/bots/${other.id}?tab=logs`);

  await search("send to zeph");
  await expect(option("Send a command to Zephyr")).toHaveAttribute("aria-selected", "true");
  await home.keyboard.press("Enter");
  await expect(home.getByRole("textbox", { name: "Command type", exact: true })).toBeFocused();

  await home
    .getByRole("banner")
    .getByRole("button", { name: /Search/ })
    .click();
  await home.keyboard.type(id);
  await expect(option(`restart ${id}`)).toHaveAttribute("aria-selected", "true");
  await home.keyboard.press("Enter");
  await expect(home).toHaveURL(`/dashboard/commands?command=${id}`);
  await closePanel();

  await search("");
  await expect(palette.getByRole("option", { name: new RegExp(id) })).toBeVisible();
  await expect(option("Logs of Zeppelin")).toBeVisible();
});

test("shortcuts open pages and their own list, but not while typing", async ({ home }) => {
  await home.goto("/dashboard");
  await expectLive(home);
  await home.keyboard.press("g");
  await home.keyboard.press("b");
  await expect(home).toHaveURL("/dashboard/bots");
  await expect(home.getByRole("heading", { name: "Bots", exact: true })).toBeVisible();
  await home.keyboard.press("?");
  const help = home.getByRole("dialog", { name: "Keyboard shortcuts", exact: true });
  await expect(help).toContainText("Go to Logs");
  await home.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true }).fill("");
  await home.keyboard.type("gl?");
  await expect(home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true })).toHaveValue("gl?");
  await expect(home).toHaveURL(/\/dashboard\/bots/);
  await expect(help).toBeHidden();
});

test("the content is reachable by keyboard, and the navigation on a phone", async ({ home }) => {
  await home.goto("/dashboard");
  await home.keyboard.press("Tab");
  await expect(home.getByRole("link", { name: "Skip to content", exact: true })).toBeFocused();
  await home.keyboard.press("Enter");
  await expect(home.locator("#content")).toBeFocused();

  await home.setViewportSize({ width: 390, height: 844 });
  await home.getByRole("button", { name: "Open navigation", exact: true }).click();
  await home
    .getByRole("dialog", { name: "Navigation", exact: true })
    .getByRole("link", { name: "Tickets", exact: true })
    .click();
  await expect(home).toHaveURL("/dashboard/tickets");
  await expect(home.getByRole("dialog", { name: "Navigation", exact: false })).toBeHidden();
});

test("a signed-out page leads to sign-in and back, and never to another site", async ({ page, user }) => {
  await page.goto("/dashboard/logs?q=level%3Aerror");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Username or email", { exact: true }).fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/dashboard/logs?q=level%3Aerror");

  // Block the page's requests meanwhile, because a refused one would open the sign-in page.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto("/login?next=https://evil.example/");
  await page.getByLabel("Username or email", { exact: true }).fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/dashboard");
});

test("a browser gets the icon by the name it asks for before a page has named one", async ({ request, url }) => {
  const icon = await request.get(`${url}/favicon.ico`);
  expect(icon.status()).toBe(200);
  expect(icon.headers()["content-type"]).toBe("image/x-icon");
});

test("an unknown page says so, with a way back", async ({ home, watch }) => {
  watch.allow(/status of 404/);
  await home.goto("/no/such/page");
  await expect(home.getByRole("heading", { level: 1 })).toBeVisible();
  await home.getByRole("link").first().click();
  await expect(home).toHaveURL(/\/dashboard$/);
});

test("a link clicked while the server is down keeps the console and opens once it is back", async ({
  home,
  user,
  url,
  watch,
}) => {
  watch.allow(/net::ERR/, /WebSocket connection/, /status of 502/);
  // Logs and Commands are in the navigation of people who have a bot.
  await makeBot(user.api, "Quiet");
  const line = await openLine(url);
  try {
    await home.goto(`${line.url}/dashboard`);
    await expectLive(home);
    line.cut();
    await home.getByRole("link", { name: "Logs", exact: true }).click();
    await expect(home.getByText("Reconnecting. The server is not responding")).toBeVisible();
    await expect(home.getByRole("navigation").getByRole("link", { name: "Bots", exact: true })).toBeVisible();
    line.mend();
    await expect(home).toHaveURL(`${line.url}/dashboard/logs`);
    await expect(home.getByText("Reconnecting.")).toBeHidden();

    // A proxy answers with its own page while the server behind it restarts.
    let refusals = 0;
    await home.route(/_rsc=/, (route) =>
      refusals++ < 3 ? route.fulfill({ status: 502, contentType: "text/html", body: "Bad gateway" }) : route.continue(),
    );
    await home.getByRole("link", { name: "Commands", exact: true }).click();
    await expect(home).toHaveURL(`${line.url}/dashboard/commands`);
    await expect(home.getByRole("heading", { name: "Commands", exact: true })).toBeVisible();
  } finally {
    await line.close();
  }
});

/** Answers 404 to every script from now on, as after an upgrade. Returns a function that serves them again. */
async function scriptsGone(page: Page): Promise<() => Promise<void>> {
  const scripts = "**/_next/static/chunks/**";
  await page.route(scripts, (route) => route.fulfill({ status: 404, body: "" }));
  return () => page.unroute(scripts);
}

test("a dialog whose script is gone keeps the page and the text typed on it", async ({ home, user, watch }) => {
  watch.allow(/status of 404/);
  await user.api.post("/api/tickets", {
    type: "Support",
    subject: "Typing when Muster is upgraded",
    description: "It does not start any more.",
  });
  await home.goto("/dashboard/tickets");
  await home.getByText("Typing when Muster is upgraded").first().click();
  const box = home.getByRole("textbox", { name: "Message", exact: true });
  await box.fill("Half a sentence");
  const bringBack = await scriptsGone(home);
  await home.getByRole("button", { name: "New ticket", exact: true }).first().click();
  await expect(home.getByText("Part of this page could not be loaded")).toBeVisible();
  await expect(home.getByRole("button", { name: "Reload", exact: true })).toBeVisible();
  await expect(box).toHaveValue("Half a sentence");
  await bringBack();
  await expect(home.getByRole("dialog", { name: "New ticket", exact: true })).toBeVisible();
  await expect(home.getByText("Part of this page could not be loaded")).toBeHidden();
});

test("a page whose script is gone reloads by itself once", async ({ home, watch }) => {
  watch.allow(/status of 404/, /ChunkLoadError|Failed to load chunk/);
  await home.goto("/dashboard");
  await expectLive(home);
  const bringBack = await scriptsGone(home);
  home.on("request", (request) => {
    if (request.isNavigationRequest()) void bringBack();
  });
  await home
    .getByRole("navigation", { name: "Main", exact: true })
    .getByRole("link", { name: "Transfers", exact: true })
    .click();
  await expect(home).toHaveURL(/\/dashboard\/tasks/);
  await expect(home.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(home.getByText("Something went wrong on this page")).toHaveCount(0);
});

test("a page notices from any answer that Muster was updated", async ({ home }) => {
  await home.goto("/dashboard/bots");
  await expectLive(home);
  await expect(home.getByText("Muster was updated")).toHaveCount(0);
  await home.route("**/api/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "x-muster-build": "the-next-one" } });
  });
  await home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true }).fill("anything");
  await expect(home.getByText("Muster was updated")).toBeVisible();
});

test("j and k move between the rows of any list, Enter opens one, / goes to its search", async ({ home, user }) => {
  const bots = [await makeBot(user.api, "Alpha"), await makeBot(user.api, "Beta")];
  for (const { id } of bots) await user.api.post(`/api/bot/${id}/send-command`, { type: "ping" });
  await home.goto("/dashboard/bots?sort=name");
  await expect(home.locator("[data-bot]")).toHaveCount(2);
  await home.keyboard.press("j");
  await expect(home.getByRole("link", { name: "Alpha", exact: true })).toBeFocused();
  await home.keyboard.press("j");
  await expect(home.getByRole("link", { name: "Beta", exact: true })).toBeFocused();
  await home.keyboard.press("k");
  await expect(home.getByRole("link", { name: "Alpha", exact: true })).toBeFocused();
  await home.keyboard.press("/");
  const search = home.getByRole("searchbox", { name: "Search bots by name or ID", exact: true });
  await expect(search).toBeFocused();
  await home.keyboard.type("jk");
  await expect(search).toHaveValue("jk");

  await home.goto("/dashboard/commands");
  await expect(home.getByRole("row")).toHaveCount(3);
  await home.keyboard.press("j");
  await home.keyboard.press("Enter");
  await expect(home.getByRole("dialog", { name: "ping", exact: true })).toBeVisible();
});
