/** A person's journey from a query in the log explorer to an alert on its lines, and back. */
import { apiOf, type Bot, makeBot } from "./api";
import { expect, test } from "./test";

const write = (url: string, bot: Bot, ...messages: string[]) =>
  apiOf(url, bot.token).post(
    `/api/bot/${bot.id}/logs`,
    messages.map((message) => ({ type: "error", message })),
  );

test("a query becomes an alert rule, which fires and leads back to its lines", async ({ home, user, url }) => {
  const [bot, other] = [await makeBot(user.api, "Herald"), await makeBot(user.api, "Porter")];
  await write(url, bot, "Voice gateway lost");
  await home.goto(`/dashboard/logs?q=${encodeURIComponent('level:error "gateway lost" bot:Herald after:1h')}`);
  const lines = home.getByRole("log", { name: "Log lines", exact: true });
  await expect(lines.getByText("Voice gateway lost")).toBeVisible();

  await home.getByRole("button", { name: "Alert on this", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: "New rule", exact: true });
  const query = dialog.getByLabel("Query", { exact: true });
  await expect(query).toHaveValue('level:error "gateway lost"');
  await expect(dialog.getByLabel("Applies to", { exact: true })).toHaveValue("selected");
  await query.fill("lost /gateway/");
  await expect(dialog.getByText("a rule cannot test expressions on every line")).toBeVisible();
  await query.fill('level:error "gateway lost"');
  await dialog.getByLabel("Threshold, lines", { exact: true }).fill("3");
  await dialog.getByLabel("Name", { exact: true }).fill("Gateway");
  await expect(
    dialog.getByText('When 3 lines or more of the selected bot match level:error "gateway lost" within 5 min'),
  ).toBeVisible();
  await dialog.getByRole("button", { name: "Create rule", exact: true }).click();
  await expect(dialog).toBeHidden();

  await write(url, other, "Gateway lost at the door", "Gateway lost at the door");
  await write(url, bot, "Gateway lost again", "Gateway <lost> for good");
  await home.goto("/dashboard/alerts");
  const alerts = home.getByRole("list", { name: "Alerts", exact: true }).getByRole("listitem");
  await expect(alerts).toContainText(
    '3 lines match level:error "gateway lost" within 5 min. Newest: Herald: Gateway <lost> for good',
  );
  await alerts.getByRole("button", { name: /lines match/ }).click();
  await home.getByRole("dialog").getByRole("link", { name: "Show the lines it counted", exact: true }).click();
  await expect(home).toHaveURL(/\/dashboard\/logs\?q=level/);
  await expect(home.getByRole("combobox", { name: "Filter logs", exact: true })).toHaveValue(
    `level:error "gateway lost" bot:${bot.id}`,
  );
  await expect(lines.getByText("Gateway <lost> for good")).toBeVisible();
  await expect(lines.getByText("Voice gateway lost")).toBeVisible();
  await expect(lines.getByText("Gateway lost at the door")).toHaveCount(0);
});
