import type { Page } from "@playwright/test";
import { appCode } from "../tests/authenticator";
import { expect, test } from "./test";

const STEP_MS = 30_000;

async function signIn(page: Page, user: { username: string; password: string }): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Username or email", { exact: true }).fill(user.username);
  await page.getByLabel("Password", { exact: true }).fill(user.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Enter your code", exact: true })).toBeVisible();
}

test("two-factor authentication is turned on, asked for at a sign-in, and turned off with a recovery code", async ({
  page,
  home,
  user,
  watch,
}) => {
  watch.allow(/status of (400|401)/);
  await home.goto("/account");
  await home.getByRole("button", { name: "Set up", exact: true }).click();
  const dialog = home.getByRole("dialog");
  await dialog.getByLabel("Current password", { exact: true }).fill("not my password");
  await dialog.getByRole("button", { name: "Continue", exact: true }).click();
  await expect(dialog.getByText("This is not your password.")).toBeVisible();
  await dialog.getByLabel("Current password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: "Continue", exact: true }).click();

  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  await dialog.getByText("You cannot scan it?").click();
  const secret = (await dialog.getByRole("code").textContent()) ?? "";
  await dialog.getByLabel("Code from the app", { exact: true }).fill("000000");
  await dialog.getByRole("button", { name: "Turn on", exact: true }).click();
  await expect(dialog.getByText(/not the app's current code/)).toBeVisible();
  await dialog.getByLabel("Code from the app", { exact: true }).fill(appCode(secret, Date.now()));
  await dialog.getByRole("button", { name: "Turn on", exact: true }).click();
  await expect(dialog.getByRole("heading", { name: "Two-factor authentication is on", exact: true })).toBeVisible();
  const codes = ((await dialog.getByRole("code").textContent()) ?? "").trim().split("\n");
  expect(codes).toHaveLength(10);
  await dialog.getByRole("button", { name: "I saved them", exact: true }).click();
  await expect(home.getByText("You have 10 of 10 recovery codes left.")).toBeVisible();
  // The session by which the journey made this account is the other one.
  await home.getByRole("button", { name: "Sign out other sessions", exact: true }).click();
  await expect(home.getByText("Signed out everywhere else")).toBeVisible();
  expect(await user.api.status("/api/auth/me", "GET")).toBe(401);

  // Another browser: a wrong code is named at its field, the app's next code signs in.
  await signIn(page, user);
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText(/wrong, too old, or was used already/)).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill(appCode(secret, Date.now() + STEP_MS));
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/dashboard$/);

  await home.reload();
  await home.getByRole("main").getByRole("button", { name: "Turn off", exact: true }).click();
  await dialog.getByLabel("Current password", { exact: true }).fill(user.password);
  await dialog.getByLabel("Code", { exact: true }).fill(codes[0]!);
  await dialog.getByRole("button", { name: "Turn off", exact: true }).click();
  await expect(home.getByRole("button", { name: "Set up", exact: true })).toBeVisible();
});

test("a session that ends under an open page is renewed with password and code", async ({ home, user, watch }) => {
  watch.allow(/status of 401/, /WebSocket/);
  const { secret } = await user.api.post("/api/auth/second-factor", { password: user.password });
  await user.api.post("/api/auth/second-factor/confirm", { otp: appCode(secret, Date.now()) });
  await home.goto("/account");
  const { sessions } = await user.api.get("/api/auth/sessions");
  for (const session of sessions)
    if (!session.current) expect(await user.api.status(`/api/auth/sessions/${session.id}`, "DELETE")).toBe(200);
  const dialog = home.getByRole("dialog", { name: "Sign in to continue", exact: true });
  await dialog.getByLabel(`Password of ${user.username}`, { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: /Sign in as/ }).click();
  await dialog
    .getByLabel("Code of your authenticator app", { exact: true })
    .fill(appCode(secret, Date.now() + STEP_MS));
  await dialog.getByRole("button", { name: /Sign in as/ }).click();
  await expect(dialog).toHaveCount(0);
});
