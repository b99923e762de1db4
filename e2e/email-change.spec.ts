import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, expectSignedOut, test } from "./test";

/** The newest link of a kind in the mails to an address, waited for. */
async function linkIn(outbox: string, address: string, path: string): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(() => {
      const mails = readdirSync(outbox)
        .sort()
        .map((file) =>
          readFileSync(join(outbox, file), "utf8")
            .replace(/=\r?\n/g, "")
            .replaceAll("=3D", "="),
        );
      const wanted = mails.findLast((mail) => mail.includes(`To: ${address}`) && mail.includes(`/${path}?token=`));
      found = wanted && new RegExp(`/${path}\\?token=\\S+`).exec(wanted)?.[0];
      return found;
    })
    .toBeTruthy();
  return found!;
}

test("a new address is confirmed in its mailbox, and the old mailbox takes the change back", async ({
  home,
  page,
  user,
  server: { outbox },
  watch,
}, info) => {
  watch.allow(/status of (400|401)/, /WebSocket connection/);
  const moved = `moved-${user.email}`;
  await home.goto("/account");
  await home.getByLabel("New email address", { exact: true }).fill("nobody");
  await home.getByRole("button", { name: "Change address", exact: true }).click();
  await expect(home.getByLabel("New email address", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await home.getByLabel("New email address", { exact: true }).fill(moved);
  await home.getByRole("button", { name: "Change address", exact: true }).click();
  await expect(home.getByText(`Waiting for ${moved}`)).toBeVisible();
  await home.getByLabel("New email address", { exact: true }).scrollIntoViewIfNeeded();
  await home.screenshot({ path: info.outputPath("pending-1280.png") });
  await home.getByRole("button", { name: "Cancel change", exact: true }).click();
  await expect(home.getByText(`Waiting for ${moved}`)).toBeHidden();
  await home.getByLabel("New email address", { exact: true }).fill(moved);
  await home.getByRole("button", { name: "Change address", exact: true }).click();
  await expect(home.getByText(`Waiting for ${moved}`)).toBeVisible();
  await home.emulateMedia({ colorScheme: "dark" });
  await home.setViewportSize({ width: 390, height: 844 });
  await home.screenshot({ path: info.outputPath("pending-390-dark.png") });
  expect(await home.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await home.setViewportSize({ width: 1280, height: 800 });

  await page.goto(await linkIn(outbox, moved, "confirm-email"));
  await page.screenshot({ path: info.outputPath("confirm-1280.png") });
  await page.getByRole("button", { name: "Confirm address", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Email address changed", exact: true })).toBeVisible();
  await home.reload();
  await expect(home.getByText(moved, { exact: true }).first()).toBeVisible();

  const notMe = await linkIn(outbox, user.email, "not-me");
  await page.goto(notMe);
  await page.screenshot({ path: info.outputPath("not-me-1280.png") });
  await page.getByRole("button", { name: "Lock account", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Your account is locked", exact: true })).toBeVisible();
  await expect(page.getByText("Your account has its old email address again.")).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: info.outputPath("locked-390.png") });
  await expectSignedOut(home);

  await page.goto(notMe);
  await page.getByRole("button", { name: "Lock account", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "not valid any more" })).toBeVisible();

  await page.goto(await linkIn(outbox, user.email, "reset"));
  await page.getByLabel("New password", { exact: true }).fill("another good long password");
  await page.getByRole("button", { name: "Set password", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Password changed", exact: true })).toBeVisible();
});
