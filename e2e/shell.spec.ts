import { makeBot } from "./api";
import { expect, expectLive, test } from "./test";

test("the palette finds pages, bots and actions, by keyboard alone", async ({ home, user }) => {
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

test("keys lead to pages and to their own list, but not while typing", async ({ home }) => {
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
  await home.getByRole("searchbox", { name: "Search bots by name or id" }).fill("");
  await home.keyboard.type("gl?");
  await expect(home.getByRole("searchbox", { name: "Search bots by name or id" })).toHaveValue("gl?");
  await expect(home).toHaveURL(/\/dashboard\/bots/);
  await expect(help).toBeHidden();
});

test("a keyboard reaches the content, and a phone the navigation", async ({ home }) => {
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

test("signed out, a page leads to sign-in and back; no other site is led to", async ({ page, user }) => {
  await page.goto("/dashboard/logs?q=level%3Aerror");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Username or e-mail").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/dashboard/logs?q=level%3Aerror");

  // What that page still asks for must not be refused in the meantime: the refusal would lead to sign-in by itself.
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.goto("/login?next=https://evil.example/");
  await page.getByLabel("Username or e-mail").fill(user.username);
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
