/** An open page of a shared bot whose grant ends by time. */
import { makeBot, makeUser } from "./api";
import { expect, expectLive, test } from "./test";

test("an open page says that access has ended at the time when a grant ends", async ({
  user,
  url,
  windowOf,
  watch,
}) => {
  // The page reads the bot again when its access has ended, and is refused.
  watch.allow(/status of 404/);
  const guest = await makeUser(url, "guest");
  const bot = await makeBot(user.api, "Music Box");
  const day = new Date(Date.now() + 86_400_000).toISOString();
  const { grant } = await user.api.post(`/api/my-bots/${bot.id}/grants`, {
    ...{ username: guest.username, role: "viewer", ends_at: day },
  });
  const page = await windowOf(guest);
  await page.goto(`/dashboard/bots/${bot.id}`);
  await expectLive(page);
  await expect(page.getByRole("heading", { name: "Music Box", exact: true })).toBeVisible();

  // Bring the end near only now, so that a slow machine has opened the page before it.
  const end = new Date(Date.now() + 3_000).toISOString();
  expect(await user.api.status(`/api/my-bots/${bot.id}/grants/${grant.id}`, "PUT", { ends_at: end })).toBe(200);
  await expect(page.getByRole("alert").filter({ hasText: "Your access to Music Box has ended" })).toBeVisible();
  await expect(page.getByRole("link", { name: "View your bots", exact: true })).toBeVisible();
});
