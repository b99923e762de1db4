/** A person's journey through alerts: a rule, bots that fail, one alert for them, a snooze, and the recovery. */
import { fresh, makeBot } from "./api";
import { ADMIN } from "./people";
import { expect, test } from "./test";

test("make a rule, kill two bots, see one alert, snooze it, see it resolve", async ({ home, user, run }) => {
  const bots = [await makeBot(user.api, "Alpha"), await makeBot(user.api, "Beta")];
  let running = bots.map((bot) => run(bot));
  await home.goto("/dashboard/bots");
  await expect(home.getByRole("main").getByText("online", { exact: true })).toHaveCount(2);

  await home.goto("/dashboard/alerts?tab=rules");
  await home.getByRole("button", { name: "New rule", exact: true }).first().click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Gone");
  await dialog.getByLabel("Threshold, seconds", { exact: true }).fill("5");
  await dialog.getByLabel("Severity", { exact: true }).selectOption("high");
  await expect(dialog.getByText("When one of my bots is offline for 5 s, raise a high alert.")).toBeVisible();
  await dialog.getByRole("button", { name: "Dry run", exact: true }).click();
  await expect(dialog.getByRole("status", { name: "Dry run", exact: true })).toContainText(
    "In the last 24 hours this rule would",
  );
  await dialog.getByRole("button", { name: "Create rule", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(home.getByRole("list", { name: "Rules", exact: true }).getByRole("listitem")).toHaveCount(1);

  await home.getByRole("link", { name: "Alerts", exact: true }).last().click();
  await expect(home.getByText("Nothing needs attention")).toBeVisible();
  for (const bot of running) {
    bot.child.kill("SIGKILL");
    await bot.stop();
  }
  const alerts = home.getByRole("list", { name: "Alerts", exact: true }).getByRole("listitem");
  await expect(alerts).toHaveCount(1);
  await expect(alerts).toContainText("2 bots are offline");
  await expect(alerts).toContainText("High");
  await expect(alerts).toContainText("2 of 2 firing");
  const nav = home.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: /^Alerts/ });
  await expect(nav).toContainText("1 unresolved");

  await alerts.getByRole("button", { name: "Snooze", exact: true }).first().click();
  await home.getByRole("menuitem", { name: "1 hour", exact: true }).click();
  await expect(alerts).toContainText("Snoozed");
  await expect(nav).not.toContainText("unresolved");

  running = bots.map((bot) => run(bot));
  await expect(home.getByText("Nothing needs attention")).toBeVisible();
  await home.getByLabel("State", { exact: true }).selectOption("resolved");
  await expect(alerts).toContainText("Resolved");
  await alerts.getByRole("button", { name: /offline/ }).click();
  const history = home.getByRole("dialog");
  await expect(history).toContainText("Raised");
  await expect(history).toContainText("Snoozed by");
  await expect(history).toContainText("Recovered");
});

test("alerts by key: next, acknowledge, resolve; the list says so", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  const messages = [fresh("First trouble"), fresh("Second trouble")] as const;
  for (const message of messages)
    expect((await page.request.post("/api/alerts", { data: { level: "critical", message } })).status()).toBe(200);
  await page.goto("/dashboard/alerts");
  const rows = page.getByRole("list", { name: "Alerts", exact: true }).getByRole("listitem");
  const first = rows.filter({ hasText: messages[0] });
  const second = rows.filter({ hasText: messages[1] });
  await expect(first).toContainText("Critical");
  await page.keyboard.press("a");
  await expect(second).toContainText("Acknowledged");
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await expect(first).toHaveCount(0);
});

test("a rule's bots are searched for on the server and chosen one by one", async ({ home, user }) => {
  const stem = fresh("Choir");
  const bots = await Promise.all(Array.from({ length: 25 }, (_, at) => makeBot(user.api, `${stem} ${at + 10}`)));
  await home.goto("/dashboard/alerts?tab=rules");
  await home.getByRole("button", { name: "New rule", exact: true }).first().click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Two of the choir");
  await dialog.getByLabel("Applies to", { exact: true }).selectOption("selected");
  const search = dialog.getByRole("combobox", { name: "Add a bot", exact: true });
  await search.click();
  await expect(dialog.getByText("5 more. Type part of a name")).toBeVisible();
  // Scroll to entries that the list does not show at first.
  await search.fill(`${stem} 34`);
  await dialog.getByRole("option", { name: new RegExp(`^${stem} 34`) }).click();
  await search.fill(`${stem} 12`);
  await expect(dialog.getByRole("listbox", { name: "Add a bot", exact: true }).getByRole("option")).toHaveCount(1);
  // Escape closes the list, not the dialog.
  await search.press("Escape");
  await expect(dialog.getByRole("listbox", { name: "Add a bot", exact: false })).toBeHidden();
  await search.fill(`${stem} 12`);
  await expect(dialog.getByRole("listbox", { name: "Add a bot", exact: true }).getByRole("option")).toHaveCount(1);
  await search.press("Enter");
  await expect(dialog.getByRole("list", { name: "Selected bots", exact: true }).getByRole("listitem")).toHaveCount(2);
  await dialog.getByRole("button", { name: "Create rule", exact: true }).click();
  await expect(dialog).toBeHidden();
  const { rules } = await user.api.get("/api/alert-rules");
  expect((rules as { bot_ids: string[] }[])[0]?.bot_ids).toEqual([bots[24]!.id, bots[2]!.id]);
});

test("a channel is added with its secret, tested and removed", async ({ home }) => {
  await home.goto("/dashboard/alerts?tab=channels");
  await expect(home.getByText("No channels yet")).toBeVisible();
  await home.getByRole("button", { name: "Add channel", exact: true }).first().click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Pager");
  await dialog.getByRole("button", { name: "Add channel", exact: true }).click();
  await expect(dialog).toContainText("This is required.");
  await dialog.getByLabel("Address", { exact: true }).fill("http://127.0.0.1:9/hook");
  await dialog.getByRole("button", { name: "Add channel", exact: true }).click();
  await expect(dialog).toContainText("whsec_");
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  const row = home.getByRole("list", { name: "Channels", exact: true }).getByRole("listitem");
  await expect(row).toContainText("127.0.0.1:9");
  await row.getByRole("button", { name: "Test", exact: true }).click();
  await expect(row).toContainText("is not a public address");
  await row.getByRole("button", { name: "Remove Pager", exact: true }).click();
  await home.getByRole("button", { name: "Remove channel", exact: true }).click();
  await expect(home.getByText("No channels yet")).toBeVisible();
});

test("the most severe alert stands first, and a resolution can be undone", async ({ windowOf }) => {
  const page = await windowOf(ADMIN);
  const messages = { critical: fresh("Worst"), info: fresh("Mild") };
  for (const [level, message] of Object.entries(messages))
    expect((await page.request.post("/api/alerts", { data: { level, message } })).status()).toBe(200);
  await page.goto("/dashboard/alerts");
  const rows = page.getByRole("list", { name: "Alerts", exact: true }).getByRole("listitem");
  const worst = rows.filter({ hasText: messages.critical });
  const mild = rows.filter({ hasText: messages.info });
  await expect(mild).toBeVisible();
  const texts = await rows.allTextContents();
  const placeOf = (message: string) => texts.findIndex((text) => text.includes(message));
  expect(placeOf(messages.critical)).toBeLessThan(placeOf(messages.info));

  const stateOf = async () => {
    const { alerts } = await (await page.request.get("/api/alerts?limit=200")).json();
    return (alerts as { message: string; state: string }[]).find((one) => one.message === messages.critical)?.state;
  };
  await worst.getByRole("button", { name: "Resolve", exact: true }).last().click();
  await expect(worst).toHaveCount(0);
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(worst).toBeVisible();
  expect(await stateOf()).toBe("firing");
  await worst.getByRole("button", { name: "Resolve", exact: true }).last().click();
  await expect(worst).toHaveCount(0);
  // Leave the page, which stops its requests.
  await page.goto("/dashboard");
  await expect.poll(stateOf).toBe("resolved");
});
