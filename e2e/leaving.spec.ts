/** Accounts that leave: their bots are deleted only if somebody says so, and else go to a team or another person. */
import { fresh, makeBot, makeUser } from "./api";
import { ADMIN } from "./people";
import { expect, test } from "./test";

test("bots of a deleted account go to the team that it names, or to whom an admin names", async ({
  home,
  user,
  url,
  windowOf,
  watch,
}) => {
  // The page of the deleted account reads on until the next page has taken its place; a receiver without an account is refused.
  watch.allow(/status of 40[14]/, /WebSocket connection/);
  const [colleague, leaver, heir] = [
    await makeUser(url, "colleague"),
    await makeUser(url, "leaver"),
    await makeUser(url, "heir"),
  ];
  const name = fresh("Night shift");
  const { team } = await user.api.post("/api/teams", { name });
  await user.api.post(`/api/teams/${(team as { id: number }).id}/members`, {
    ...{ username: colleague.username, role: "owner" },
  });
  const [own, theirs] = [await makeBot(user.api, "Kept by a team"), await makeBot(leaver.api, "Kept by a person")];

  await home.goto("/account");
  await home.getByRole("button", { name: "Delete account", exact: true }).click();
  const dialog = home.getByRole("dialog", { name: `Delete account ${user.username}`, exact: true });
  await dialog.getByLabel("Your own bots", { exact: true }).selectOption(`Give them to the team ${name}`);
  await dialog.getByLabel("Your password", { exact: true }).fill(user.password);
  await dialog.getByRole("textbox", { name: user.username, exact: false }).fill(user.username);
  await dialog.getByRole("button", { name: "Delete account", exact: true }).click();
  await expect(home.getByRole("heading", { name: "Account deleted", exact: true })).toBeVisible();
  await expect(home).toHaveURL(/\/account-deleted$/);
  const team_page = await windowOf(colleague);
  await team_page.goto(`/dashboard/bots/${own.id}`);
  await expect(team_page.getByRole("heading", { name: "Kept by a team", exact: true })).toBeVisible();

  const admin = await windowOf(ADMIN);
  await admin.goto("/admin");
  await admin.getByLabel("Search users", { exact: true }).fill(leaver.username);
  await admin.getByRole("button", { name: `More actions for ${leaver.username}`, exact: true }).click();
  await admin.getByRole("menuitem", { name: "Delete account", exact: true }).click();
  const question = admin.getByRole("dialog", { name: `Delete account ${leaver.username}`, exact: true });
  await question.getByLabel("Their bots", { exact: true }).selectOption("Give 1 bot to somebody else");
  await question.getByRole("textbox", { name: leaver.username, exact: false }).fill(leaver.username);
  const remove = question.getByRole("button", { name: "Delete account", exact: true });
  await expect(remove).toBeDisabled();
  await question.getByLabel("New owner", { exact: true }).fill("nobody of this name");
  await remove.click();
  await expect(question.getByText("There is no account nobody of this name")).toBeVisible();
  await question.getByLabel("New owner", { exact: true }).fill(heir.username);
  await remove.click();
  await expect(admin.getByText(`${leaver.username} deleted`)).toBeVisible();
  const owner = await windowOf(heir);
  await owner.goto(`/dashboard/bots/${theirs.id}`);
  await expect(owner.getByRole("heading", { name: "Kept by a person", exact: true })).toBeVisible();
});
