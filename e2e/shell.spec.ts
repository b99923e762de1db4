import type { Page } from "@playwright/test";
import { makeBot } from "./api";
import { openLine } from "./line";
import { expect, expectLive, test } from "./test";

test("the palette finds pages, bots and actions with the keyboard", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Zephyr");
  await home.goto("/dashboard");
  await expectLive(home);
  const palette = home.getByRole("dialog", { name: "Search" });
  const search = async (text: string) => {
    await home.keyboard.press("Control+k");
    await expect(palette.getByRole("combobox")).toBeFocused();
    await home.keyboard.type(text);
  };
  await search("zeph");
  await expect(palette.getByRole("option", { name: /Zephyr/ })).toBeVisible();
  await home.keyboard.press("Enter");
  await expect(home).toHaveURL(`/dashboard/bots/${bot.id}`);

  await search("messages");
  await expect(palette.getByRole("option").first()).toContainText("Messages");
  await home.keyboard.press("Enter");
  await expect(home).toHaveURL("/dashboard/messages");

  await search("theme");
  await home.getByRole("option", { name: "Switch to the dark theme" }).click();
  await expect(home.locator("html")).toHaveClass(/dark/);
  await home.reload();
  await expect(home.locator("html")).toHaveClass(/dark/);

  await expectLive(home);
  await search("");
  await home.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("shortcuts open pages and their own list, but not while typing", async ({ home }) => {
  await home.goto("/dashboard");
  await expectLive(home);
  await home.keyboard.press("g");
  await home.keyboard.press("b");
  await expect(home).toHaveURL("/dashboard/bots");
  await expect(home.getByRole("heading", { name: "Bots", exact: true })).toBeVisible();
  await home.keyboard.press("?");
  const help = home.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toContainText("Go to Logs");
  await home.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await home.getByRole("searchbox", { name: "Search bots by name or ID" }).fill("");
  await home.keyboard.type("gl?");
  await expect(home.getByRole("searchbox", { name: "Search bots by name or ID" })).toHaveValue("gl?");
  await expect(home).toHaveURL(/\/dashboard\/bots/);
  await expect(help).toBeHidden();
});

test("the content is reachable by keyboard, and the navigation on a phone", async ({ home }) => {
  await home.goto("/dashboard");
  await home.keyboard.press("Tab");
  await expect(home.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await home.keyboard.press("Enter");
  await expect(home.locator("#content")).toBeFocused();

  await home.setViewportSize({ width: 390, height: 844 });
  await home.getByRole("button", { name: "Open navigation" }).click();
  await home.getByRole("dialog", { name: "Navigation" }).getByRole("link", { name: "Logs" }).click();
  await expect(home).toHaveURL("/dashboard/logs");
  await expect(home.getByRole("dialog", { name: "Navigation" })).toBeHidden();
});

test("a signed-out page leads to sign-in and back, and never to another site", async ({ page, user }) => {
  await page.goto("/dashboard/logs?q=level%3Aerror");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Username or email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/dashboard/logs?q=level%3Aerror");

  // Block the page's requests meanwhile, because a refused one would open the sign-in page.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto("/login?next=https://evil.example/");
  await page.getByLabel("Username or email").fill(user.username);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/dashboard");
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
  url,
  watch,
}) => {
  watch.allow(/net::ERR/, /WebSocket connection/, /status of 502/);
  const line = await openLine(url);
  try {
    await home.goto(`${line.url}/dashboard`);
    await expectLive(home);
    line.cut();
    await home.getByRole("link", { name: "Logs", exact: true }).click();
    await expect(home.getByText("Reconnecting. The server is not responding")).toBeVisible();
    await expect(home.getByRole("navigation").getByRole("link", { name: "Bots" })).toBeVisible();
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
  const box = home.getByRole("textbox", { name: "Message" });
  await box.fill("Half a sentence");
  const bringBack = await scriptsGone(home);
  await home.getByRole("button", { name: "New ticket" }).first().click();
  await expect(home.getByText("Part of this page could not be loaded")).toBeVisible();
  await expect(home.getByRole("button", { name: "Reload" })).toBeVisible();
  await expect(box).toHaveValue("Half a sentence");
  await bringBack();
  await expect(home.getByRole("dialog", { name: "New ticket" })).toBeVisible();
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
    .getByRole("link", { name: "GraphQL" })
    .or(home.getByRole("link", { name: "Alerts" }))
    .first()
    .click();
  await expect(home).toHaveURL(/\/dashboard\/(graphql|alerts)/);
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
  await home.getByRole("searchbox", { name: "Search bots by name or ID" }).fill("anything");
  await expect(home.getByText("Muster was updated")).toBeVisible();
});
