/** A person's journey through schedules: one is created by a tag, run by hand, paused, and shown to a viewer of the team. */
import { fresh, makeBot, makeUser } from "./api";
import { expect, test } from "./test";

test("a schedule by tag is previewed, run with a bot offline, and paused; a viewer sees it without buttons", async ({
  home,
  user,
  url,
  run,
  watch,
  windowOf,
}) => {
  // The preview of an expression that no date matches is refused.
  watch.allow(/status of 400/);
  const team = (await user.api.post("/api/teams", { name: fresh("Night shift") })).team as { id: number; name: string };
  const viewer = await makeUser(url, "viewer");
  await user.api.post(`/api/teams/${team.id}/members`, { username: viewer.username, role: "viewer" });
  const names = ["Awake", "Asleep", "Untagged"] as const;
  const bots = await Promise.all(
    names.map(async (name) => {
      const { bot_id, token } = await user.api.post("/api/my-bots", { name, team_id: team.id });
      return { id: bot_id as string, token: token as string };
    }),
  );
  const [awake, asleep] = bots as [(typeof bots)[0], (typeof bots)[0]];
  for (const { id } of [awake, asleep]) await user.api.put(`/api/my-bots/${id}/tags`, { tags: ["night"] });
  run(awake);
  await home.goto(`/dashboard/bots/${awake.id}`);
  await expect(home.locator("#content header").first().getByText("online", { exact: true })).toBeVisible();

  await home.goto("/dashboard/schedules");
  await expect(home.getByText("No schedules yet")).toBeVisible();
  await home.getByRole("button", { name: "Restart every night", exact: true }).click();
  const form = home.getByRole("dialog", { name: "New schedule", exact: true });
  await form.getByLabel("Owner", { exact: true }).selectOption({ label: team.name });
  await form.getByLabel("Name", { exact: true }).fill("Night ping");
  await form.getByLabel("Repeats", { exact: true }).selectOption("By cron expression");
  await form.getByLabel("Cron expression", { exact: true }).fill("0 0 31 2 *");
  await expect(form.getByText("matches no date")).toBeVisible();
  await form.getByLabel("Cron expression", { exact: true }).fill("30 2 1 1 *");
  await expect(form.getByRole("list", { name: "Next runs", exact: true }).getByRole("listitem")).toHaveCount(5);
  await form.getByLabel("Tag", { exact: true }).selectOption("night");
  await expect(form.getByRole("status", { name: "Matching bots", exact: true })).toHaveText(/^2 bots match/);
  await form.getByLabel("Command type", { exact: true }).fill("ping");
  await form.getByRole("button", { name: "Create schedule", exact: true }).click();
  await expect(form).toBeHidden();

  const panel = home.getByRole("dialog", { name: "Night ping", exact: true });
  // Once a year, so that no run by the clock falls into the journey.
  await expect(panel).toContainText("30 2 1 1 *");
  await expect(panel).toContainText("Bots tagged night");
  await panel.getByRole("button", { name: "Run now", exact: true }).click();
  const question = home.getByRole("dialog", { name: "Run Night ping now", exact: true });
  await question.getByRole("button", { name: "Run now", exact: true }).click();
  const entry = panel.getByRole("list", { name: "Runs", exact: true }).getByRole("button");
  await expect(entry).toContainText("Done");
  await expect(entry).toContainText("1 done · 1 skipped");
  await entry.click();
  const targets = panel.getByRole("list", { name: "Bots of this run", exact: true }).getByRole("listitem");
  await expect(targets).toHaveCount(2);
  await expect(targets.filter({ hasText: "Asleep" })).toContainText("Offline");
  await expect(targets.filter({ hasText: "Awake" })).toContainText("done");

  await panel.getByRole("button", { name: "Pause", exact: true }).click();
  await expect(panel.getByRole("button", { name: "Resume", exact: true })).toBeVisible();
  await home.reload();
  await expect(panel.getByRole("button", { name: "Resume", exact: true })).toBeVisible();
  const row = home.getByRole("table", { name: "Schedules", exact: true }).getByRole("row", { name: /Night ping/ });
  await expect(row).toContainText("paused");

  const page = await windowOf(viewer);
  await page.goto("/dashboard/schedules");
  await page.getByRole("button", { name: "Night ping", exact: true }).click();
  const seen = page.getByRole("dialog", { name: "Night ping", exact: true });
  await expect(seen.getByRole("list", { name: "Runs", exact: true })).toContainText("1 done · 1 skipped");
  for (const name of ["Run now", "Resume", "Edit", "Delete"])
    await expect(seen.getByRole("button", { name, exact: true })).toHaveCount(0);
});

test("a command is scheduled from the page of its bot, edited, and listed there", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Reporter");
  await home.goto(`/dashboard/bots/${bot.id}?type=ping`);
  await home.getByRole("button", { name: "Schedule command", exact: true }).click();
  const form = home.getByRole("dialog", { name: "New schedule", exact: true });
  await form.getByLabel("Name", { exact: true }).fill("Report");
  await expect(form.getByRole("list", { name: "Selected bots", exact: true })).toContainText("Reporter");
  await expect(form.getByLabel("Command type", { exact: true })).toHaveValue("ping");
  await form.getByLabel("Repeats", { exact: true }).selectOption("Every few minutes");
  await form.getByRole("button", { name: "Create schedule", exact: true }).click();
  await expect(form).toBeHidden();

  await home.goto(`/dashboard/bots/${bot.id}`);
  const next = home.getByRole("list", { name: "Next schedules", exact: true });
  await expect(next).toContainText("Every 15 minutes");
  await next.getByRole("link", { name: "Report", exact: true }).click();
  const panel = home.getByRole("dialog", { name: "Report", exact: true });
  await panel.getByRole("button", { name: "Edit", exact: true }).click();
  const edit = home.getByRole("dialog", { name: "Edit Report", exact: true });
  await edit.getByLabel("Minutes between runs", { exact: true }).fill("120");
  await edit.getByRole("button", { name: "Save schedule", exact: true }).click();
  await expect(edit).toBeHidden();
  await expect(panel).toContainText("Every 2 hours");
  await panel.getByRole("button", { name: "Delete", exact: true }).click();
  const question = home.getByRole("dialog", { name: "Delete schedule Report", exact: true });
  await question.getByRole("button", { name: "Delete schedule", exact: true }).click();
  await expect(home.getByText("No schedules yet")).toBeVisible();
});
