/** Staff see people's actions in Analytics and can sign people out; users cannot open the page. */
import { readFileSync } from "node:fs";
import { ADMIN } from "./people";
import { expect, expectSignedOut, test } from "./test";

test("a person's actions are counted, and an admin can sign that person out", async ({ windowOf, user, watch }) => {
  // The page of the signed-out person sends one more request before it leaves.
  watch.allow(/401/);
  const person = await windowOf(user);
  const counted = person.waitForResponse("**/api/analytics/view");
  await person.goto("/dashboard/bots");
  await expect(person.getByRole("heading", { level: 1 })).toBeVisible();
  await counted;

  const admin = await windowOf(ADMIN);
  await admin.goto("/dashboard/analytics?days=7");
  const tile = (name: string) => admin.getByRole("listitem").filter({ hasText: name }).first();
  await expect(tile("Active people")).toContainText(/[1-9]/);
  await expect(tile("Page views")).toContainText(/[1-9]/);

  // The chart can be read with the arrow keys and as a table.
  await admin.getByRole("button", { name: "Sessions", exact: true }).click();
  const chart = admin.getByRole("slider", { name: "Sessions per day", exact: true });
  await expect(chart).toHaveAttribute("aria-valuetext", /: [1-9]/);
  await chart.focus();
  await admin.keyboard.press("Home");
  await expect(chart).toHaveAttribute("aria-valuenow", "0");
  await admin.getByRole("button", { name: "Table", exact: true }).click();
  await expect(admin.getByRole("table", { name: "Figures by day", exact: true }).getByRole("row")).toHaveCount(8);

  await admin.getByRole("button", { name: "30 days", exact: true }).click();
  await expect(admin).toHaveURL(/\/dashboard\/analytics$/);
  await expect(admin.getByRole("table", { name: "Figures by day", exact: true }).getByRole("row")).toHaveCount(31);

  const download = admin.waitForEvent("download");
  await admin.getByRole("button", { name: "Export", exact: true }).click();
  await admin.getByRole("menuitem", { name: /CSV/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^analytics-.*\.csv$/);
  expect(
    readFileSync(await file.path(), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(31);

  await admin.getByRole("button", { name: `Sign out ${user.username}`, exact: true }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(admin.getByText(`${user.username} signed out`)).toBeVisible();
  await expect(admin.getByRole("row", { name: user.username, exact: false })).toHaveCount(0);
  await expectSignedOut(person);
});

test("users cannot open the page, and people who ask not to be tracked are not counted", async ({
  home,
  watch,
  browser,
  user,
}) => {
  watch.allow(/404/);
  await home.goto("/dashboard");
  await expect(home.getByRole("link", { name: "Bots", exact: true })).toBeVisible();
  await expect(home.getByRole("link", { name: "Analytics", exact: false })).toHaveCount(0);
  expect((await home.goto("/dashboard/analytics"))?.status()).toBe(404);

  const context = await browser.newContext();
  watch.add(context);
  await context.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await context.request.post("/api/auth/login", { data: { username: user.username, password: user.password } });
  const page = await context.newPage();
  const sent: string[] = [];
  page.on("request", (request) => sent.push(new URL(request.url()).pathname));
  await page.goto("/dashboard/bots");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect.poll(() => sent).toContain("/api/bots");
  expect(sent).not.toContain("/api/analytics/view");
  await context.close();
});
