/**
 * Notifications in the console. The server, two tabs, the inbox and Chromium's service worker are real; DevTools delivers a
 * push to the worker as the browser would. The browser's push service cannot be reached from a test, so the subscription is
 * invented; tests/conformance/003.notifications.push.test.ts checks the requests to a push service.
 */
import type { Page } from "@playwright/test";
import { apiOf, fresh, signIn } from "./api";
import { ADMIN } from "./people";
import { expect, expectLive, test } from "./test";

test.use({ serviceWorkers: "allow" });

const bell = (page: Page) => page.getByRole("button", { name: /^Notifications/ });
async function announce(url: string, title: string, priority = "low") {
  const admin = await signIn(url, ADMIN);
  await admin.post("/api/admin/broadcast", { title, message: "All of you should know", priority });
}

test("a notification arrives in two tabs, and reading it in one marks it in the other", async ({ home, url }) => {
  await home.goto("/dashboard");
  const tab = await home.context().newPage();
  await tab.goto("/dashboard/bots");
  await Promise.all([expectLive(home), expectLive(tab)]);
  await expect(bell(home)).toHaveAccessibleName("Notifications");
  const title = fresh("News");
  // A toast appears on any page and disappears, so wait for both tabs at once.
  const toasts = [home, tab].map((page) => page.locator("[data-sonner-toast]").filter({ hasText: title }).waitFor());
  await announce(url, title);
  await Promise.all(toasts);
  for (const page of [home, tab]) await expect(bell(page)).toHaveAccessibleName("Notifications: 1 unread");
  await bell(home).click();
  const panel = home.getByRole("dialog", { name: "Notifications", exact: true });
  await expect(panel.getByRole("listitem").filter({ hasText: title })).toContainText("All of you should know");
  await panel.getByRole("button", { name: `Mark as read: ${title}`, exact: true }).click();
  for (const page of [home, tab]) await expect(bell(page)).toHaveAccessibleName("Notifications");
  await home.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(bell(home)).toBeFocused();
});

test("the inbox shows unread only, marks all as read and removes one, and keeps this over a reload", async ({
  home,
  url,
}) => {
  const titles = [fresh("First"), fresh("Second"), fresh("Third")];
  for (const title of titles) await announce(url, title);
  await home.goto("/dashboard/inbox");
  const list = home.getByRole("list", { name: "Notifications", exact: true });
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await expect(list.getByRole("listitem").first()).toContainText(titles[2]!);
  await home.getByRole("button", { name: `Mark as read: ${titles[1]}`, exact: true }).click();
  await expect(bell(home)).toHaveAccessibleName("Notifications: 2 unread");
  await home.getByRole("button", { name: "Unread (2)", exact: true }).click();
  await expect(home).toHaveURL(/unread=true/);
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await home.getByRole("button", { name: "Mark all as read", exact: true }).click();
  await expect(bell(home)).toHaveAccessibleName("Notifications");
  await home.reload();
  await expect(home.getByText("No unread notifications")).toBeVisible();
  await home.getByRole("button", { name: "Clear filters", exact: true }).click();
  await home.getByRole("button", { name: `Remove: ${titles[0]}`, exact: true }).click();
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await home.reload();
  await expect(list.getByRole("listitem")).toHaveCount(2);
});

test("notification preferences are switched and saved", async ({ home, url, windowOf }) => {
  await home.goto("/account");
  const box = home.getByRole("checkbox", { name: "Announcements: Inbox", exact: true });
  await expect(box).toBeChecked();
  await expect(home.getByRole("checkbox", { name: "Security: Inbox", exact: true })).toBeDisabled();
  // This server has neither a service account nor a mail server. Only admins can change that, so only they read why.
  await expect(home.getByRole("checkbox", { name: "Alerts: Mobile", exact: true })).toBeDisabled();
  await expect(home.getByText("Email is off.")).toHaveCount(0);
  const admin = await windowOf(ADMIN);
  await admin.goto("/account");
  await expect(admin.getByText("Email is off.")).toBeVisible();
  // Everybody may have a bot whose users open tickets.
  await expect(home.getByRole("checkbox", { name: "New tickets: Inbox", exact: true })).toBeChecked();
  const saved = home.waitForResponse(
    (reply) => reply.url().endsWith("/api/notifications/preferences") && reply.request().method() === "PUT",
  );
  await box.click();
  expect((await saved).status()).toBe(200);
  await home.reload();
  await expect(box).not.toBeChecked();
  await announce(url, fresh("Unheard"));
  await home.goto("/dashboard/inbox");
  await expect(home.getByText("No notifications yet")).toBeVisible();
});

test("push is switched on and off for a browser, which explains when it cannot be", async ({ home, watch }) => {
  await home.goto("/account");
  const card = home.getByRole("region", { name: "This browser", exact: true });
  // Headless Chromium denies the permission.
  await expect(card).toContainText(/Blocked|Turn on/);

  await home.context().grantPermissions(["notifications"]);
  await home.addInitScript(() => {
    const bytes = (text: string) =>
      Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
    const keys = {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    };
    const made = () => {
      const endpoint = sessionStorage.getItem("endpoint");
      if (!endpoint) return null;
      return {
        endpoint,
        options: { applicationServerKey: bytes(sessionStorage.getItem("key") ?? "").buffer },
        toJSON: () => ({ endpoint, expirationTime: null, keys }),
        unsubscribe: async () => {
          sessionStorage.removeItem("endpoint");
          return true;
        },
      };
    };
    PushManager.prototype.getSubscription = async () => made() as unknown as PushSubscription;
    PushManager.prototype.subscribe = async (options) => {
      sessionStorage.setItem("endpoint", `https://push.invalid/send/${crypto.randomUUID()}`);
      sessionStorage.setItem("key", String(options?.applicationServerKey));
      return made() as unknown as PushSubscription;
    };
  });
  await home.reload();
  await card.getByRole("button", { name: "Turn on", exact: true }).click();
  await expect(card.getByText("On", { exact: true })).toBeVisible();
  const device = home
    .getByRole("table", { name: "Devices", exact: true })
    .getByRole("row", { name: /Chrome on Linux/ });
  await expect(device).toContainText("This browser");
  watch.allow(/push\.invalid/);
  await device.getByRole("button", { name: /Send a test/ }).click();
  await expect(home.locator("[data-sonner-toast]").filter({ hasText: "could not be sent to" })).toBeVisible();
  await home.reload();
  await expect(device).toContainText("This browser");
  await card.getByRole("button", { name: "Turn off", exact: true }).click();
  await expect(device).toHaveCount(0);
  await expect(card.getByRole("button", { name: "Turn on", exact: true })).toBeVisible();
});

test("a real service worker shows a push; a click on it marks it as read", async ({ home, user, url }) => {
  await home.context().grantPermissions(["notifications"]);
  const worker = home.context().waitForEvent("serviceworker");
  await home.goto("/dashboard");
  const title = fresh("Pushed");
  await announce(url, title, "high");
  const unread = async () =>
    (await user.api.get("/api/notifications?unread=true")).notifications as { id: string; title: string }[];
  await expect.poll(async () => (await unread()).map((one) => one.title)).toEqual([title]);
  const { id } = (await unread())[0]!;

  const devtools = await home.context().newCDPSession(home);
  const registered = new Promise<string>((resolve) =>
    devtools.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const active = versions.find((one) => one.scriptURL === `${url}/sw.js` && one.status === "activated");
      if (active) resolve(active.registrationId);
    }),
  );
  await devtools.send("ServiceWorker.enable");
  const payload = {
    id,
    kind: "broadcast",
    title,
    body: "Read me",
    url: "/dashboard/inbox",
    priority: "high",
    tag: id,
    at: 1,
  };
  const registrationId = await registered;
  const deliver = () =>
    devtools.send("ServiceWorker.deliverPushMessage", { origin: url, registrationId, data: JSON.stringify(payload) });
  const shown = () =>
    home.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
    });
  // A worker that was just activated may miss a push, so send it again; one with the same tag replaces the first.
  await expect
    .poll(async () => {
      const seen = await shown();
      if (seen.length === 0) await deliver();
      return seen;
    })
    .toEqual([{ title, body: "Read me", tag: id, data: { url: "/dashboard/inbox", id } }]);

  // A test cannot click a notification of the desktop, so dispatch the same event to the worker.
  await (await worker).evaluate(`(async () => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  })()`);
  await expect.poll(unread).toEqual([]);
  await expect.poll(shown).toEqual([]);
});

test("an admin sees how many people an announcement reaches before sending it, and then its delivery", async ({
  windowOf,
  user,
  url,
}) => {
  const page = await windowOf(ADMIN);
  await page.goto("/admin/broadcast");
  await expect(page.getByText(/\d+ (person|people) · \d+ browsers/)).toBeVisible();
  await page.getByLabel("Title", { exact: true }).fill("  ");
  await page.getByLabel("Message", { exact: true }).fill("x");
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveAttribute("aria-invalid", "true");
  const title = fresh("Maintenance");
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Message", { exact: true }).fill("Tonight at ten");
  await page.getByLabel("Priority", { exact: true }).selectOption("high");
  await page.getByRole("button", { name: /^Send to/ }).click();
  const ask = page.getByRole("dialog", { name: `Send “${title}”`, exact: true });
  await expect(ask).toContainText("You cannot undo this");
  await ask.getByRole("button", { name: "Send announcement", exact: true }).click();
  const sent = page
    .getByRole("list", { name: "Announcements", exact: true })
    .getByRole("listitem")
    .filter({ hasText: title });
  await expect(sent).toContainText(/reached \d+/);
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("");
  await expect
    .poll(async () => (await user.api.get("/api/notifications")).notifications[0])
    .toMatchObject({ title, body: "Tonight at ten", priority: "high", kind: "broadcast" });
  // Other users find neither the page nor a link to it.
  expect(await apiOf(url, user.api.token).status("/api/admin/broadcasts")).toBe(403);
  const other = await windowOf(user);
  await other.goto("/dashboard");
  await expect(other.getByRole("link", { name: "Broadcast", exact: false })).toHaveCount(0);
});
