import { type Api, makeBot } from "./api";
import { expect, test, typeJson } from "./test";

const ID = "1497549923779084388";

/** Returns an answer as text, because a parser would round the numbers in question. */
const textOf = async ({ url, token }: Api, path: string) =>
  (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).text();

test("a large id typed into the settings and the composer is stored and shown with all its digits", async ({
  home,
  user,
}) => {
  const bot = await makeBot(user.api, "Doorman");
  await home.goto(`/dashboard/bots/${bot.id}?tab=settings`);
  await typeJson(home, "Settings (JSON object)", `{ "owner": ${ID} }`);
  await home.getByRole("button", { name: "Save settings", exact: true }).click();
  await expect(home.getByText("Saved version 1 and notified the bot")).toBeVisible();
  expect(await textOf(user.api, `/api/bot/${bot.id}/settings`)).toContain(`"settings":{"owner":${ID}}`);

  // Read it back, and save it again with another change.
  await home.reload();
  await expect(home.locator(".cm-editor")).toContainText(ID);
  await home.getByRole("button", { name: "Format JSON", exact: true }).click();
  await expect(home.locator(".cm-editor")).toContainText(ID);

  await home.goto(`/dashboard/bots/${bot.id}`);
  await home.getByLabel("Command type", { exact: true }).fill("kick");
  await typeJson(home, "Payload (JSON object)", `{ "user_id": ${ID} }`);
  await home.getByRole("button", { name: "Send to Doorman", exact: true }).click();
  await expect(home.getByRole("article", { name: "Command kick", exact: true })).toBeVisible();
  expect(await textOf(user.api, `/api/bot/${bot.id}/commands-history`)).toContain(`"payload":{"user_id":${ID}}`);
});

test("pages show a bot whose data holds a large id, and keep it when its name is changed", async ({ home, user }) => {
  const send = (path: string, body: string) =>
    fetch(user.api.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${user.api.token}`, "content-type": "application/json" },
      body,
    });
  const made = await send("/api/my-bots", `{"name":"Porter","metadata":{"guild":${ID}}}`);
  const { bot_id } = (await made.json()) as { bot_id: string };
  await send(`/api/bot/${bot_id}/sync`, `{"metadata":{"guild":${ID}}}`);
  await home.goto("/dashboard/bots");
  await expect(home.getByText("Porter")).toBeVisible();
  await home.goto(`/dashboard/bots/${bot_id}?tab=data`);
  await home.getByRole("button", { name: /^metadata/ }).click();
  await expect(home.getByText(ID)).toBeVisible();
  await home.goto(`/dashboard/bots/${bot_id}?tab=settings`);
  await home.getByLabel("Name", { exact: true }).fill("Doorkeeper");
  await home.getByRole("button", { name: "Save changes", exact: true }).click();
  await expect(home.getByText("Saved", { exact: true })).toBeVisible();
  expect(await textOf(user.api, `/api/bot/${bot_id}/info`)).toContain(`"metadata":{"guild":${ID}}`);
});
