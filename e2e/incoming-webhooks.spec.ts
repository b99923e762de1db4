/** A journey through an incoming webhook: created by a preset, tested, called by another program, edited, replaced and deleted. */
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "./test";

const push = JSON.stringify({
  ref: "refs/heads/main",
  repository: { full_name: "octo/bot" },
  sender: { login: "octocat" },
});

/** Posts as another program does: without a session. @returns the status and the answer */
async function post(url: string, body: string, headers: Record<string, string>) {
  const answer = await fetch(url, {
    ...{ method: "POST", body, headers: { "content-type": "application/json", ...headers } },
  });
  return { status: answer.status, json: await answer.json() };
}
const fromGitHub = (secret: string, delivery: string) => ({
  "x-github-event": "push",
  "x-github-delivery": delivery,
  "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(push).digest("hex")}`,
});

/** Reads what the dialog shows once, and closes it. */
async function readOnce(page: Page, titles: string[]): Promise<string[]> {
  const dialog = page.getByRole("dialog", { name: "Webhook address", exact: true });
  const texts: string[] = [];
  for (const title of titles)
    texts.push((await dialog.getByRole("region", { name: title, exact: true }).locator("code").textContent())!.trim());
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  await expect(dialog).toBeHidden();
  return texts;
}

test("an incoming webhook turns a signed request into a command, and is tested, edited, replaced and deleted", async ({
  home,
  user,
}) => {
  const { bot_id } = await user.api.post("/api/my-bots", { name: "Deployer" });
  await home.goto("/dashboard/webhooks");
  await home.getByRole("link", { name: "Incoming", exact: true }).click();
  await expect(home.getByText("No incoming webhooks yet", { exact: true })).toBeVisible();
  await home.getByRole("button", { name: "Create incoming webhook", exact: true }).first().click();
  const form = home.getByRole("dialog", { name: "Create incoming webhook", exact: true });
  await form.getByRole("button", { name: "Create webhook", exact: true }).click();
  await expect(form.getByText("Enter a name.", { exact: true })).toBeVisible();
  await form.getByLabel("Name", { exact: true }).fill("Deploys");
  await form.getByLabel("Preset", { exact: true }).selectOption("GitHub");
  await expect(form.getByLabel("Signature", { exact: true })).toHaveValue("github");
  await form.getByRole("combobox", { name: "Bot", exact: true }).fill("Deploy");
  await form.getByRole("option", { name: /^Deployer/ }).click();
  await form.getByLabel("Command type", { exact: true }).fill("deploy");
  await form.getByRole("button", { name: "Create webhook", exact: true }).click();
  const [url, secret] = (await readOnce(home, ["Address", "Secret for the sender"])) as [string, string];

  await home.getByRole("link", { name: "Deploys", exact: true }).click();
  await expect(home.getByRole("heading", { level: 1 })).toContainText("Deploys");
  await expect(home.getByText("No requests yet", { exact: true })).toBeVisible();
  await home.getByRole("button", { name: "Test webhook", exact: true }).click();
  const trial = home.getByRole("dialog", { name: "Test Deploys", exact: true });
  await trial.getByLabel("X-GitHub-Event (optional)", { exact: true }).fill("push");
  await trial.getByRole("button", { name: "Show result", exact: true }).click();
  await expect(trial.getByRole("region", { name: "Result", exact: true })).toContainText('"repository": "octo/bot"');
  await trial.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(trial).toBeHidden();

  expect((await post(url, push, {})).status).toBe(403);
  const { status, json } = await post(url, push, fromGitHub(secret, "first"));
  expect([status, json.outcome]).toEqual([202, "done"]);
  expect((await post(url, push, fromGitHub(secret, "first"))).json).toEqual({ ...json, repeated: true });
  const requests = home.getByRole("table", { name: "Requests", exact: true }).locator("tbody").getByRole("row");
  await expect(requests).toHaveCount(2);
  await expect(requests.first()).toContainText("done");
  await expect(requests.last()).toContainText("The signature is missing or wrong");
  const { commands } = await user.api.get(`/api/bot/${bot_id}/commands-history`);
  expect(commands).toMatchObject([
    {
      ...{ id: json.command_id, type: "deploy", payload: { event: "push", ref: "refs/heads/main" } },
      sender: { kind: "incoming_webhook", name: "Deploys" },
    },
  ]);

  await home.getByRole("button", { name: "Edit webhook", exact: true }).click();
  const edit = home.getByRole("dialog", { name: "Edit Deploys", exact: true });
  await edit.getByLabel("A request becomes", { exact: true }).selectOption("A log line");
  await edit.getByLabel("Message", { exact: true }).fill("Pushed to {{ref}}");
  await edit.getByRole("button", { name: "Save webhook", exact: true }).click();
  await expect(edit).toBeHidden();
  await expect(home.getByText("Writes a log line (info)", { exact: true })).toBeVisible();

  await home.getByRole("button", { name: "More actions", exact: true }).click();
  await home.getByRole("menuitem", { name: "Replace address…", exact: true }).click();
  await home
    .getByRole("dialog", { name: "Replace the address of Deploys", exact: true })
    .getByRole("button", { name: "Replace address", exact: true })
    .click();
  const [replaced] = (await readOnce(home, ["Address"])) as [string];
  expect((await post(url, push, fromGitHub(secret, "second"))).status).toBe(404);
  expect((await post(replaced, push, fromGitHub(secret, "second"))).status).toBe(202);
  await expect(requests.first()).toContainText("Log line written");

  await home.getByRole("button", { name: "Pause webhook", exact: true }).click();
  await expect(home.getByRole("button", { name: "Resume webhook", exact: true })).toBeVisible();
  expect((await post(replaced, push, fromGitHub(secret, "third"))).status).toBe(404);
  await home.getByRole("button", { name: "More actions", exact: true }).click();
  await home.getByRole("menuitem", { name: "Delete webhook…", exact: true }).click();
  await home
    .getByRole("dialog", { name: "Delete incoming webhook Deploys", exact: true })
    .getByRole("button", { name: "Delete webhook", exact: true })
    .click();
  await expect(home).toHaveURL(/\/dashboard\/webhooks\/incoming$/);
  await expect(home.getByText("No incoming webhooks yet", { exact: true })).toBeVisible();
});
