/** A person's journey through maintenance windows: one is created, shown wherever alerts are held back, changed and ended. */
import { fresh } from "./api";
import { expect, test } from "./test";

test("a maintenance window by tag is created, shown on its bot and above the alerts, changed, and ended", async ({
  home,
  user,
}) => {
  const [covered, other] = await Promise.all(
    ["Covered", "Other"].map(async (name) => (await user.api.post("/api/my-bots", { name })).bot_id as string),
  );
  await user.api.put(`/api/my-bots/${covered}/tags`, { tags: ["night"] });
  await home.goto("/dashboard/alerts?tab=maintenance");
  await expect(home.getByText("No maintenance windows yet")).toBeVisible();
  await home.getByRole("button", { name: "New window", exact: true }).first().click();
  const form = home.getByRole("dialog", { name: "New maintenance window", exact: true });
  await form.getByRole("button", { name: "Create window", exact: true }).click();
  await expect(form.getByText("Enter a name.")).toBeVisible();
  const name = fresh("Upgrade");
  await form.getByLabel("Name", { exact: true }).fill(name);
  await form.getByLabel("Note (optional)", { exact: true }).fill("A new host");
  await form.getByLabel("Bots", { exact: true }).selectOption("Bots with a tag");
  await form.getByLabel("Tag", { exact: true }).fill("night");
  await form.getByLabel("Lasts", { exact: true }).selectOption("2 hours");
  await form.getByRole("button", { name: "Create window", exact: true }).click();
  await expect(form).toBeHidden();
  const row = home.getByRole("list", { name: "Maintenance windows", exact: true }).getByRole("listitem");
  await expect(row).toContainText("tag night");
  await expect(row).toContainText("active");

  await home.getByRole("link", { name: "Alerts", exact: true }).last().click();
  await expect(home.getByText(`${name} is active: alerts of the bots concerned wait for the end.`)).toBeVisible();
  const header = home.locator("#content header").first();
  await home.goto(`/dashboard/bots/${covered}`);
  await expect(header.getByRole("status").filter({ hasText: "In maintenance until" })).toBeVisible();
  await expect(home.getByRole("list", { name: "Maintenance", exact: true })).toContainText("A new host");
  await home.goto(`/dashboard/bots/${other}`);
  await expect(header).toContainText("Other");
  await expect(header.getByText("In maintenance until")).toBeHidden();

  // The same window again and again, from the next time on.
  await home.goto("/dashboard/alerts?tab=maintenance");
  await row.getByRole("button", { name: "Edit", exact: true }).click();
  const edit = home.getByRole("dialog", { name: `Edit ${name}`, exact: true });
  await edit.getByLabel("Happens", { exact: true }).selectOption("Again and again");
  await edit.getByLabel("Repeats", { exact: true }).selectOption("By cron expression");
  await edit.getByLabel("Cron expression", { exact: true }).fill("* * * * *");
  await expect(edit.getByRole("list", { name: "Next times", exact: true }).getByRole("listitem")).toHaveCount(5);
  await edit.getByRole("button", { name: "Save window", exact: true }).click();
  await expect(edit).toBeHidden();
  await expect(row).toContainText("for 2 hours");

  await edit.waitFor({ state: "hidden" });
  await row.getByRole("button", { name: "Delete", exact: true }).click();
  const question = home.getByRole("dialog", { name: `Delete maintenance window ${name}`, exact: true });
  await question.getByRole("button", { name: "Delete window", exact: true }).click();
  await expect(home.getByText("No maintenance windows yet")).toBeVisible();

  // A single one, ended before its time.
  await user.api.post("/api/maintenance-windows", {
    name: "Reboot",
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await home.reload();
  await row.getByRole("button", { name: "End now", exact: true }).click();
  await expect(row).toContainText("ended");
  await expect(row.getByRole("button", { name: "End now", exact: true })).toBeHidden();
});

test("a form offers the bots of the chosen owner, and forgets those of another", async ({ home, user }) => {
  const { team } = await user.api.post("/api/teams", { name: fresh("Night shift") });
  const [own, theirs] = [fresh("My shift bot"), fresh("Their shift bot")];
  await user.api.post("/api/my-bots", { name: own });
  await user.api.post("/api/my-bots", { name: theirs, team_id: team.id });
  await home.goto("/dashboard/alerts?tab=maintenance&new=true");
  const form = home.getByRole("dialog", { name: "New maintenance window", exact: true });
  const offered = form.getByRole("listbox", { name: "Add a bot", exact: true }).getByRole("option");
  const chosen = form.getByRole("list", { name: "Selected bots", exact: true }).getByRole("listitem");
  await form.getByLabel("Bots", { exact: true }).selectOption("Selected bots");
  const picker = form.getByRole("combobox", { name: "Add a bot", exact: true });
  await picker.fill("shift bot");
  await expect(offered).toHaveText([new RegExp(own)]);
  await offered.click();
  await expect(chosen).toHaveText([own]);

  await form.getByLabel("Owner", { exact: true }).selectOption(team.name);
  await expect(chosen).toHaveCount(0);
  await picker.fill("shift bot");
  await expect(offered).toHaveText([new RegExp(theirs)]);
  await offered.click();
  await expect(chosen).toHaveText([theirs]);
});
