import type { Locator, Page } from "@playwright/test";
import { type Login, makeUser } from "./api";
import { expect, expectLive, test } from "./test";

/** Signs another person in through the page's window, as another program of the browser would, without notifying any tab. */
const becomes = async (page: Page, { username, password }: Login) => {
  const reply = await page.context().request.post("/api/auth/login", { data: { username, password } });
  expect(reply.status()).toBe(200);
};

/** Waits until the page notices the change, and closes its dialog. */
const closeOnceAsked = async (dialog: Locator) => {
  await dialog.getByRole("button", { name: "Close", exact: true }).click();
  await expect(dialog).toBeHidden();
};

const openTicket = async (page: Page, subject: string) => {
  const reply = await page.context().request.post("/api/tickets", {
    data: { type: "Support", subject, description: "It does not start any more." },
  });
  expect(reply.status()).toBe(201);
  return ((await reply.json()) as { ticket_id: string }).ticket_id;
};

const fillNewTicket = async (page: Page, subject: string) => {
  await page.getByRole("button", { name: "New ticket", exact: true }).first().click();
  await page.getByLabel("Subject", { exact: true }).fill(subject);
  await page.getByLabel("What happened?", { exact: true }).fill("The bot answers twice to every message.");
};

test("text typed in a tab is never saved as the person who signed in in another tab", async ({
  home,
  user,
  url,
  watch,
}) => {
  watch.allow(/status of 409/);
  const other = await makeUser(url, "grace");
  await home.goto("/dashboard/tickets");
  await fillNewTicket(home, "Typed by the first person");
  await becomes(home, other);
  const dialog = home.getByRole("dialog", { name: /^This browser is now signed in as/ });
  await closeOnceAsked(dialog);
  await home.getByRole("button", { name: "Open ticket", exact: true }).click();
  await expect(dialog).toContainText(`signed in as ${other.username}`);
  await expect(dialog).toContainText(`This tab belongs to ${user.username}`);
  expect((await other.api.get("/api/tickets/my")).tickets).toEqual([]);

  // The person of the tab signs in again on the page, and the typed text is saved as theirs.
  await dialog.getByLabel(`Password of ${user.username}`, { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: `Sign in as ${user.username}`, exact: true }).click();
  await expect(home.getByRole("heading", { name: "Typed by the first person", exact: true })).toBeVisible();
  expect((await other.api.get("/api/tickets/my")).tickets).toEqual([]);
  expect((await user.api.get("/api/tickets/my")).tickets).toHaveLength(1);
});

test("a tab without typed text follows sign-ins and sign-outs of other tabs, and says so", async ({
  home,
  user,
  url,
  watch,
}) => {
  watch.allow(/status of (401|409)/);
  const other = await makeUser(url, "grace");
  await home.goto("/dashboard");
  await expectLive(home);
  const second = await home.context().newPage();
  await becomes(second, other);
  await second.goto("/dashboard");
  await expect(home.getByText(`You are now signed in as ${other.username}`)).toBeVisible();
  await expect(home.getByRole("button", { name: `Signed in as ${other.username}`, exact: true })).toBeVisible();
  await expect(home.getByRole("button", { name: `Signed in as ${user.username}`, exact: false })).toHaveCount(0);

  await second.getByRole("button", { name: `Signed in as ${other.username}`, exact: true }).click();
  await second.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await expect(second).toHaveURL(/\/login/);
  await expect(home).toHaveURL(/\/login/);
});

test("a reply survives the end of the session: signing in over the page sends it, once", async ({
  home,
  user,
  watch,
}) => {
  watch.allow(/status of 401/);
  const ticket = await openTicket(home, "A reply is being typed");
  await home.goto(`/dashboard/tickets/${ticket}`);
  const box = home.getByRole("textbox", { name: "Message", exact: true });
  await box.fill("This took me ten minutes to write.");
  await home.context().clearCookies();
  const dialog = home.getByRole("dialog", { name: "Sign in to continue", exact: true });
  await closeOnceAsked(dialog);
  await box.press("Enter");
  await expect(dialog).toContainText("Your changes on this page are kept");
  await dialog.getByRole("button", { name: "Not now", exact: true }).click();
  await expect(home.getByText("You are signed out. Your changes on this page are kept.")).toBeVisible();

  // Even a reload does not lose it.
  await home.reload();
  await expect(home).toHaveURL(/\/login\?next=/);
  await home.getByLabel("Username or email", { exact: true }).fill(user.username);
  await home.getByLabel("Password", { exact: true }).fill(user.password);
  await home.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(home.getByText("This took me ten minutes to write.")).toBeVisible();
  await home.context().clearCookies();
  await closeOnceAsked(dialog);
  await home.getByRole("button", { name: "Send again", exact: true }).click();
  await dialog.getByLabel(`Password of ${user.username}`, { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: `Sign in as ${user.username}`, exact: true }).click();
  await expect(dialog).toBeHidden();
  const sent = async () => {
    const { messages } = await user.api.get(`/api/tickets/${ticket}/messages`);
    return (messages as { content: string }[]).filter((one) => one.content.includes("ten minutes")).length;
  };
  await expect.poll(sent).toBe(1);
});

test("trying again to read a list asks for the sign-in that was closed", async ({ home, user, watch }) => {
  watch.allow(/status of 401/);
  await home.goto("/dashboard/commands");
  await expect(home.getByText("No commands yet")).toBeVisible();
  await home.context().clearCookies();
  await home.getByRole("combobox", { name: "Status", exact: true }).selectOption("failed");
  const dialog = home.getByRole("dialog", { name: "Sign in to continue", exact: true });
  await closeOnceAsked(dialog);
  await home.getByRole("main").getByRole("button", { name: "Try again", exact: true }).click();
  await dialog.getByLabel(`Password of ${user.username}`, { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: `Sign in as ${user.username}`, exact: true }).click();
  await expect(home.getByText("No commands match")).toBeVisible();
});

test("a change that the page sends by itself does not reopen the sign-in dialog that was closed", async ({
  home,
  watch,
}) => {
  watch.allow(/status of 401/);
  const ticket = await openTicket(home, "Read while signed out");
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await home.route("**/mark-read", async (route) => {
    await held;
    await route.continue();
  });
  const marking = home.waitForRequest("**/mark-read");
  await home.goto(`/dashboard/tickets/${ticket}`);
  await marking;
  await home.getByRole("textbox", { name: "Message", exact: true }).fill("A typed text keeps the page open.");
  await home.context().clearCookies();
  const dialog = home.getByRole("dialog", { name: "Sign in to continue", exact: true });
  await closeOnceAsked(dialog);
  const refused = home.waitForResponse("**/mark-read");
  release();
  await (await refused).finished();
  await expect(home.getByText("You are signed out.")).toBeVisible();
  // An open dialog would make the rest of the page inert.
  await home.getByRole("button", { name: /^Signed in as/ }).click();
  await expect(home.getByRole("menuitem", { name: "Sign out", exact: true })).toBeVisible();
  await expect(dialog).toBeHidden();
});

test("any form keeps what was typed when the session has ended, and sends it after the sign-in", async ({
  home,
  user,
  watch,
}) => {
  watch.allow(/status of 401/);
  const dialog = home.getByRole("dialog", { name: "Sign in to continue", exact: true });
  const signIn = async () => {
    await dialog.getByLabel(`Password of ${user.username}`, { exact: true }).fill(user.password);
    await dialog.getByRole("button", { name: `Sign in as ${user.username}`, exact: true }).click();
    await expect(dialog).toBeHidden();
  };
  await home.goto("/dashboard/tickets");
  await fillNewTicket(home, "Typed while signed out");
  await home.context().clearCookies();
  await closeOnceAsked(dialog);
  await home.getByRole("button", { name: "Open ticket", exact: true }).click();
  await signIn();
  await expect(home.getByRole("heading", { name: "Typed while signed out", exact: true })).toBeVisible();

  await home.goto("/account");
  await home.getByLabel("Full name", { exact: true }).fill("Ada Lovelace");
  await home.context().clearCookies();
  await closeOnceAsked(dialog);
  await home.getByRole("button", { name: "Save profile", exact: true }).click();
  await signIn();
  await expect.poll(async () => (await user.api.get("/api/auth/me")).user.fullname).toBe("Ada Lovelace");
});
