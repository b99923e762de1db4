/** A journey through a status page: it is created and published, and read signed out while an incident opens and closes. */
import { fresh } from "./api";
import { expect, test } from "./test";

/** Readers see a change when their page reads the report again. */
const SEEN = { timeout: 90_000 };

test("a status page is created, read signed out while an incident opens and closes, and ends", async ({
  home,
  page: reader,
  user,
  url,
  run,
  watch,
}) => {
  watch.allow(/status of 404/);
  const { bot_id, token } = await user.api.post("/api/my-bots", { name: "Front desk" });
  await user.api.put(`/api/my-bots/${bot_id}/tags`, { tags: ["desk"] });
  run({ id: bot_id, token });
  const title = fresh("Our bots");
  const slug = title.toLowerCase().replace(/\W+/g, "-");

  await home.goto("/dashboard/status-pages");
  await expect(home.getByText("No status pages yet")).toBeVisible();
  await home.getByRole("button", { name: "Create status page", exact: true }).first().click();
  const form = home.getByRole("dialog", { name: "Create status page", exact: true });
  await form.getByRole("button", { name: "Create status page", exact: true }).click();
  await expect(form.getByText("Enter a title.")).toBeVisible();
  await form.getByLabel("Title", { exact: true }).fill(title);
  await expect(form.getByText(`/status/${slug}`)).toBeVisible();
  await form.getByLabel("Visible to", { exact: true }).selectOption("Everybody");
  await form.getByRole("combobox", { name: "Add a bot", exact: true }).fill("Front");
  await form.getByRole("option", { name: /^Front desk/ }).click();
  await form.getByRole("textbox", { name: "Name of Front desk", exact: true }).fill("Reception");
  await form.getByLabel("Add all bots with a tag", { exact: true }).fill("desk");
  await form.getByRole("button", { name: "Add tag", exact: true }).click();
  await expect(form.getByRole("list", { name: "Lines", exact: true }).getByRole("listitem")).toHaveCount(2);
  await form.getByRole("button", { name: "Create status page", exact: true }).click();
  await expect(home.getByRole("heading", { name: title, exact: true })).toBeVisible();
  await expect(home.getByRole("img", { name: "State of the page", exact: true })).toBeVisible();

  await reader.goto(`${url}/status/${slug}`);
  const bots = reader.getByRole("list", { name: "Bots", exact: true }).getByRole("listitem");
  await expect(reader.getByText("All bots are operational")).toBeVisible(SEEN);
  await expect(bots).toHaveCount(2);
  await expect(bots.first()).toContainText("Reception");
  await expect(bots.first()).toContainText("100 % uptime");

  // Its reader sees an incident, an update and the end without reloading the page.
  await home.getByRole("button", { name: "Report incident", exact: true }).click();
  const report = home.getByRole("dialog", { name: "Report incident", exact: true });
  await report.getByLabel("Title", { exact: true }).fill("Answers are late");
  await report.getByLabel("Impact", { exact: true }).selectOption("Major");
  await report.getByLabel("Message", { exact: true }).fill("We are looking.");
  await report.getByRole("button", { name: "Report incident", exact: true }).click();
  await expect(report).toBeHidden();
  await expect(reader.getByText("There is an outage")).toBeVisible(SEEN);
  await expect(reader.getByRole("list", { name: "Open incidents", exact: true })).toContainText("We are looking.");
  await home.getByRole("button", { name: "Add update", exact: true }).click();
  const update = home.getByRole("dialog", { name: "Update Answers are late", exact: true });
  await update.getByLabel("State", { exact: true }).selectOption("Resolved");
  await update.getByLabel("Message", { exact: true }).fill("The disk was replaced.");
  await update.getByRole("button", { name: "Add update", exact: true }).click();
  await expect(update).toBeHidden();
  await expect(reader.getByText("All bots are operational")).toBeVisible(SEEN);
  await expect(reader.getByRole("list", { name: "Past incidents", exact: true })).toContainText(
    "The disk was replaced.",
  );

  // By link, the plain address ends; off, the page ends for everybody.
  await home.getByRole("button", { name: "Edit status page", exact: true }).click();
  const edit = home.getByRole("dialog", { name: `Edit ${title}`, exact: true });
  await edit.getByLabel("Visible to", { exact: true }).selectOption("People with the link");
  await edit.getByRole("button", { name: "Save status page", exact: true }).click();
  await expect(edit).toBeHidden();
  const link = home.getByRole("link", { name: "Open status page", exact: true });
  await expect(link).toHaveAttribute("href", new RegExp(`^/status/${slug}\\?key=`));
  const path = (await link.getAttribute("href"))!;
  await reader.goto(`${url}/status/${slug}`);
  await expect(reader.getByRole("heading", { name: "Page not found", exact: true })).toBeVisible();
  await reader.goto(`${url}${path}`);
  await expect(reader.getByRole("heading", { name: title, exact: true })).toBeVisible();
  await home.getByRole("button", { name: "More actions", exact: true }).click();
  await home.getByRole("menuitem", { name: "Delete status page…", exact: true }).click();
  const question = home.getByRole("dialog", { name: `Delete status page ${title}`, exact: true });
  await question.getByRole("button", { name: "Delete status page", exact: true }).click();
  await expect(home.getByText("No status pages yet")).toBeVisible();
  await reader.goto(`${url}${path}`);
  await expect(reader.getByRole("heading", { name: "Page not found", exact: true })).toBeVisible();
});
