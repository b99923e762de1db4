/** The first minutes of a new server: from its setup link to a bot's answer, by the code that the console offers. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endProcess, removeFolder, startServer, temporaryFolder } from "../tests/process";
import { expect, test } from "./test";

test("a new server leads from its setup link to an answered ping in four clicks", async ({ page }) => {
  const folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder, API_ADMIN_USER: "", API_ADMIN_PASS: "", API_TOKEN: "" });
  let bot: ChildProcess | undefined;
  const click = (role: "button" | "link", name: string) => page.getByRole(role, { name, exact: true }).click();
  try {
    const link = new URL(readFileSync(join(folder, "setup-link.txt"), "utf8").trim());
    await page.goto(server.url + link.pathname + link.search);
    await page.getByLabel("Username", { exact: true }).fill("first");
    await page.getByLabel("Email", { exact: true }).fill("first@example.org");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await click("button", "Create admin account");
    await expect(page.getByRole("heading", { level: 2 })).toHaveText([
      "Connect a bot",
      "Set up alerts",
      "Back up your data",
    ]);
    await click("link", "Create your first bot");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Greeter");
    await click("button", "Create bot");
    await expect(dialog.getByText("Waiting for the first heartbeat…")).toBeVisible();
    // The code as a person pastes it.
    writeFileSync(join(folder, "bot.js"), (await dialog.locator("pre").last().textContent())!);
    bot = spawn(process.execPath, [join(folder, "bot.js")], { stdio: "inherit" });
    await expect(dialog.getByText("Greeter is online.")).toBeVisible();
    await click("button", "Send a ping");
    await expect(dialog.getByText(/Answered .*"pong":true/)).toBeVisible();

    // The Overview lists the steps that are left, and the rules are one click away.
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
    await page.goto(`${server.url}/dashboard`);
    const setup = page.getByRole("region", { name: "Setup", exact: true });
    await expect(setup.getByLabel("To do", { exact: true })).toHaveCount(3);
    await setup.getByRole("button", { name: "Add default rules", exact: true }).click();
    await expect(page.getByText("Created rules for offline bots", { exact: false })).toBeVisible();
    await expect(setup.getByLabel("To do", { exact: true })).toHaveCount(2);
    await page.goto(`${server.url}/dashboard/alerts?tab=rules`);
    await expect(page.getByRole("list", { name: "Rules", exact: true }).getByRole("listitem")).toHaveCount(3);
  } finally {
    // An open page would report that its server is gone.
    await page.close();
    await endProcess(bot);
    await server.stop();
    removeFolder(folder);
  }
});
