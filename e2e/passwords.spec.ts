import { expect, test } from "./test";

test("a new password shows how easy it is to guess while it is typed, and can be shown", async ({ page, watch }) => {
  // The weak password is refused.
  watch.allow(/400/);
  const lists: string[] = [];
  page.on("response", async (reply) => {
    if (/\.js(\?|$)/.test(reply.url())) lists.push(reply.url());
  });
  await page.goto("/signup");
  const loaded = lists.length;
  const field = page.getByLabel("Password", { exact: true });
  await expect(page.getByText("At least 8 characters.")).toBeVisible();
  await field.fill("password1");
  await expect(page.getByText("Too easy to guess")).toBeVisible();
  // The word lists come with the first character and not with the page.
  expect(lists.length).toBeGreaterThan(loaded);
  await page.getByLabel("Username", { exact: true }).fill("quibblefern");
  await field.fill("quibblefern");
  await expect(page.getByText("Too easy to guess")).toBeVisible();
  await field.fill("wharf lemon otter cabinet");
  await expect(page.getByText("Strong")).toBeVisible();

  await expect(field).toHaveAttribute("type", "password");
  await expect(field).toHaveAttribute("autocomplete", "new-password");
  await page.getByRole("button", { name: "Show characters", exact: true }).click();
  await expect(field).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Hide characters", exact: true }).click();
  await expect(field).toHaveAttribute("type", "password");
  // The server judges alike.
  await field.fill("password1");
  await page.getByLabel("Email", { exact: true }).fill("quibblefern@example.org");
  await page.getByRole("button", { name: "Create account", exact: true }).click();
  await expect(page.getByText("is too easy to guess; use a longer one")).toBeVisible();
});
