/** Fields of the metadata as columns of the log viewer: chosen, kept in the address and in a saved view, and read on a phone. */
import { makeBot } from "./api";
import { expect, test } from "./test";

test("fields of the metadata become columns, which the address and saved views keep", async ({ home, user }) => {
  const bot = await makeBot(user.api, "Herald");
  await user.api.post(
    `/api/bot/${bot.id}/logs`,
    ["one", "two"].map((message, at) => ({
      message,
      metadata: { attempt: at + 47_110, guild: { name: "My server" } },
    })),
  );
  await home.goto("/dashboard/logs");
  const lines = home.getByRole("log", { name: "Log lines", exact: true });
  const first = lines.getByRole("button", { name: /one/ });
  await expect(first).not.toContainText("47110");
  await first.click();
  const line = home.getByRole("dialog", { name: /^Line \d+$/ });
  await line.getByRole("button", { name: "Show attempt as a column", exact: true }).click();
  await home.keyboard.press("Escape");
  await expect(first).toContainText("47110");
  await expect(home).toHaveURL(/columns=attempt/);

  await home.getByRole("button", { name: "Columns (1)", exact: true }).click();
  await home.getByRole("menuitem", { name: "guild.name", exact: true }).click();
  await expect(first).toContainText("My server");
  await home.getByRole("button", { name: "Save view", exact: true }).click();
  const form = home.getByRole("dialog", { name: "Save view", exact: true });
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Attempts");
  await form.getByRole("button", { name: "Save view", exact: true }).click();
  await expect(form).toBeHidden();

  await home.goto("/dashboard/inbox");
  await home
    .getByRole("list", { name: "Pinned views of logs", exact: true })
    .getByRole("link", { name: "Attempts", exact: true })
    .click();
  await expect(home).toHaveURL(/\/dashboard\/logs\?columns=attempt%2Cguild\.name$/);
  await expect(first).toContainText("My server");
  await home.setViewportSize({ width: 390, height: 844 });
  await expect(first.getByText("attempt=47110 guild.name=My server")).toBeVisible();

  await home.getByRole("button", { name: "Columns (2)", exact: true }).click();
  await home.getByRole("menuitem", { name: "attempt (shown)", exact: true }).click();
  await expect(home).toHaveURL(/columns=guild\.name$/);
  await expect(first.getByText("guild.name=My server", { exact: true })).toBeVisible();
});
