import { apiOf, fresh, makeBot, makeUser, signIn } from "./api";
import { ADMIN } from "./people";
import { expect, settled, test } from "./test";
import { message, openTicket, row, rows, talk } from "./tickets";

test("the desk: filters, keys, drafts, canned replies, assigning, merging, deleting", async ({
  url,
  user,
  windowOf,
}) => {
  const word = fresh("desk");
  const first = await openTicket(user.api, `${word} printer on fire`);
  const second = await openTicket(user.api, `${word} printer still on fire`);
  const other = await makeUser(url, "barbara");
  const third = await openTicket(other.api, `${word} coffee`);
  const admin = await signIn(url, ADMIN);
  const shortcut = fresh("hi").slice(0, 30);
  await admin.post("/api/canned-replies", { shortcut, title: "Greeting", content: "Hello {user}, about #{number}:" });
  const bot = await makeBot(user.api, "Bridge");
  const page = await windowOf(ADMIN);

  await page.goto("/dashboard/tickets");
  await page.getByRole("searchbox", { name: "Search tickets", exact: true }).fill(word);
  await expect(rows(page)).toHaveCount(3);
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  await page.getByRole("searchbox", { name: "Search tickets", exact: true }).blur();

  // With the keyboard: the newest ticket is selected first; move to the last and open it.
  for (const key of ["j", "j", "j"]) await page.locator("body").press(key);
  await expect(row(page, `${word} printer on fire`)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: `${word} printer on fire`, exact: true })).toBeVisible();
  const { ticket_num } = await admin.get(`/api/tickets/${first}`);

  // Insert a canned reply by its shortcut; an unsent draft stays with its ticket.
  await message(page).click();
  await page.keyboard.type(`/${shortcut.slice(0, 8)}`);
  await expect(page.getByRole("option", { name: /Greeting/ }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(message(page)).toHaveValue(`Hello ${user.username}, about #${ticket_num}:`);
  await row(page, `${word} coffee`).click();
  await expect(message(page)).toHaveValue("");
  await expect(row(page, `${word} printer on fire`)).toContainText("Draft");
  await page.goBack();
  await expect(message(page)).toHaveValue(`Hello ${user.username}, about #${ticket_num}:`);
  await page.reload();
  await expect(message(page)).toHaveValue(`Hello ${user.username}, about #${ticket_num}:`);
  await message(page).fill("");

  // Assign it with the keyboard; it then appears under "Mine".
  await message(page).blur();
  await page.locator("body").press("a");
  const assign = page.getByRole("dialog", { name: /^Assign #/ });
  await assign.getByRole("combobox").fill(ADMIN.username);
  await expect(assign.getByRole("option", { selected: true })).toContainText(ADMIN.username);
  await page.keyboard.press("Enter");
  await expect(assign).toBeHidden();
  await expect(page.getByLabel("Assignee of this ticket", { exact: true })).toHaveValue(/\d+/);
  await page.getByRole("button", { name: /^Mine/ }).click();
  await expect(rows(page)).toHaveCount(1);

  // Set the priority in the side panel, then filter by it.
  await page.getByLabel("Priority of this ticket", { exact: true }).selectOption("urgent");
  await expect(row(page, `${word} printer on fire`)).toContainText("urgent");
  await page.getByRole("button", { name: /^All/ }).click();
  await page.getByRole("button", { name: "More filters", exact: true }).click();
  await page.getByLabel("Priority", { exact: true }).selectOption("low");
  await expect(page.getByText("No tickets match")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search tickets", exact: true }).fill(word);
  await expect(rows(page)).toHaveCount(3);

  // Merge two tickets of one person by typing the number.
  await page.getByRole("button", { name: "Ticket actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Merge into another ticket…", exact: true }).click();
  const merge = page.getByRole("dialog", { name: /^Merge #/ });
  await expect(merge.getByText(`${word} coffee`)).toHaveCount(0);
  await merge.getByLabel(new RegExp(`${word} printer still on fire`)).check();
  await merge.getByLabel(/^Type/).fill(String(ticket_num));
  await merge.getByRole("button", { name: /^Merge into #/ }).click();
  await expect(page).toHaveURL(new RegExp(`ticket=${second}`));
  await expect(talk(page).getByText("What happened, in a few words.")).toHaveCount(2);

  // Deleting asks for the number, and the user's open page shows it.
  const looking = await windowOf(other);
  const read = looking.waitForResponse((reply) => reply.url().endsWith(`${third}/mark-read`));
  await looking.goto(`/dashboard/tickets?ticket=${third}`);
  await expect(talk(looking)).toContainText("in a few words");
  await row(page, `${word} coffee`).click();
  // A read mark sent while the ticket is deleted rightly gets 404.
  await read;
  await expect(row(page, `${word} coffee`)).not.toContainText("unread");
  await page.getByRole("button", { name: "Ticket actions", exact: true }).click();
  await page.getByRole("menuitem", { name: "Delete ticket…", exact: true }).click();
  const remove = page.getByRole("dialog", { name: /^Delete ticket #/ });
  await expect(remove.getByRole("button", { name: "Delete ticket", exact: true })).toBeDisabled();
  await remove.getByLabel(/^Type/).fill(String((await admin.get(`/api/tickets/${third}`)).ticket_num));
  await remove.getByRole("button", { name: "Delete ticket", exact: true }).click();
  await expect(row(page, `${word} coffee`)).toBeHidden();
  await expect(looking.getByText("This ticket was deleted")).toBeVisible();

  // A ticket opened through a bot shows the bot.
  const botApi = apiOf(url, bot.token);
  await botApi.post("/api/tickets", {
    type: "Support",
    subject: `${word} from a channel`,
    description: "Asked in a channel somewhere.",
    user_id: "u-77",
    user_name: "Radia",
    channel_id: "c-1",
  });
  await expect(row(page, `${word} from a channel`)).toContainText("Radia");
  await row(page, `${word} from a channel`).click();
  await expect(
    page
      .getByRole("complementary", { name: "Ticket details", exact: true })
      .getByRole("link", { name: "Bridge", exact: true }),
  ).toBeVisible();
});

test("a long queue loads page by page, and a search covers all of it", async ({ user, url, windowOf }) => {
  const word = fresh("queue");
  const bot = await makeBot(user.api, "Front desk");
  const botApi = apiOf(url, bot.token);
  for (let at = 1; at <= 60; at++)
    await botApi.post("/api/tickets", {
      type: "Bug",
      subject: `${word} number ${at}.`,
      description: at === 3 ? "The needle in the haystack." : "One of many that came today.",
      user_id: `u-${at}`,
      user_name: `Visitor ${at}`,
    });
  const page = await windowOf(ADMIN);
  await page.goto(`/dashboard/tickets?q=${word}`);
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText("number 60.");
  await page.getByRole("button", { name: "Load more tickets", exact: true }).click();
  await expect(rows(page)).toHaveCount(60);
  await expect(page.getByRole("button", { name: "Load more tickets", exact: false })).toBeHidden();
  // New tickets appear on top, and the loaded pages stay.
  const stranger = await makeUser(url, "stranger");
  const { tickets } = await stranger.api.get(`/api/tickets?q=${word}&limit=1`);
  expect(tickets).toEqual([]);
  await botApi.post("/api/tickets", {
    type: "Bug",
    subject: `${word} number 61.`,
    description: "Came while somebody looked on.",
    user_id: "u-61",
    user_name: "Visitor 61",
  });
  await expect(rows(page).first()).toContainText("number 61.");
  await expect(rows(page)).toHaveCount(61);
  await page.getByRole("searchbox", { name: "Search tickets", exact: true }).fill("needle in the haystack");
  await expect(row(page, `${word} number 3.`)).toBeVisible();
});

test("the owner of a bot answers a ticket that it opened, and closes it", async ({ home, user, url }) => {
  const bot = await makeBot(user.api, "Front desk");
  const botApi = apiOf(url, bot.token);
  const subject = fresh("Lost my key");
  await home.goto("/dashboard/tickets");
  const { ticket_id } = await botApi.post("/api/tickets", {
    ...{ type: "Support", subject, description: "It was here yesterday.", user_id: "u-1", user_name: "Visitor" },
  });
  await row(home, subject).click();
  await expect(talk(home)).toContainText("It was here yesterday.");
  await home.getByRole("button", { name: "Claim", exact: true }).click();
  await message(home).fill("A new one is on its way.");
  await message(home).press("Enter");
  await expect(talk(home)).toContainText("A new one is on its way.");
  const { messages } = await botApi.get(`/api/tickets/${ticket_id}/messages`);
  expect(messages.at(-1)).toMatchObject({ author_type: "staff", content: "A new one is on its way." });
  await home.getByRole("button", { name: "Close", exact: true }).click();
  await expect(talk(home)).toContainText("closed this ticket");
});

test("a phone shows one pane at a time, and new messages do not move the text being read", async ({
  home,
  user,
  url,
}) => {
  const admin = await signIn(url, ADMIN);
  const subject = fresh("A long talk");
  const id = await openTicket(user.api, subject);
  for (let at = 1; at <= 130; at++)
    await admin.post(`/api/tickets/${id}/messages`, {
      content: `Line ${at} of a long talk, with some words to fill it.`,
    });
  await home.setViewportSize({ width: 390, height: 844 });
  await home.goto("/dashboard/tickets");
  await row(home, subject).click();
  await expect(row(home, subject)).toBeHidden();
  await expect(talk(home).getByText("Line 130 of", { exact: false })).toBeVisible();

  // Scrolling up loads older pages without moving the line being read.
  const box = talk(home);
  await box.hover();
  await home.mouse.wheel(0, -2500);
  await expect(home.getByRole("button", { name: "Jump to the latest", exact: true })).toBeVisible();
  const top = () =>
    box.evaluate((area) => {
      const edge = area.getBoundingClientRect().top;
      const seen = [...area.querySelectorAll("[data-key]")].find((one) => one.getBoundingClientRect().bottom > edge);
      return `${seen?.textContent?.match(/Line \d+/)?.[0]} at ${Math.round(seen!.getBoundingClientRect().top - edge)}`;
    });
  const before = await settled(top);
  await admin.post(`/api/tickets/${id}/messages`, { content: "The newest of all" });
  await expect(home.getByRole("button", { name: "1 new message", exact: true })).toBeVisible();
  expect(await top()).toBe(before);
  // Each page loads when the previous one was scrolled to its top.
  await expect(async () => {
    await home.mouse.wheel(0, -4000);
    await expect(talk(home).getByText("What happened, in a few words.")).toBeAttached({ timeout: 500 });
  }).toPass();
  await home.getByRole("button", { name: /new message/ }).click();
  await expect(talk(home).getByText("The newest of all")).toBeInViewport();

  await home.getByRole("button", { name: "Back to the list", exact: true }).click();
  await expect(row(home, subject)).toBeVisible();
  await expect(talk(home)).toBeHidden();
  await home.goBack();
  await expect(talk(home)).toBeVisible();
});
