import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { io } from "socket.io-client";
import { type Api, apiOf, fresh, makeBot, makeUser, signIn } from "./api";
import { openLine } from "./line";
import { ADMIN } from "./people";
import { expect, expectLive, settled, test } from "./test";

const rows = (page: Page) => page.getByRole("list", { name: "Tickets" }).getByRole("button");
const row = (page: Page, subject: string) => rows(page).filter({ hasText: subject });
const talk = (page: Page) => page.getByRole("log", { name: "Conversation" });
const message = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
const unreadBeside = (page: Page) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Tickets/ });

/** A moderator. */
async function makeModerator(url: string) {
  const one = await makeUser(url, "grace");
  const admin = await signIn(url, ADMIN);
  const { users } = await admin.get(`/api/users/search?q=${one.username}`);
  const reply = await fetch(`${url}/api/users/${users[0].id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json", authorization: `Bearer ${admin.token}` },
    body: JSON.stringify({ role: "moderator" }),
  });
  expect(reply.status).toBe(200);
  return { ...one, api: await signIn(url, one) };
}

/** Opens a ticket through the API and returns its id. */
const openTicket = async (api: Api, subject: string, description = "What happened, in a few words."): Promise<string> =>
  (await api.post("/api/tickets", { type: "Support", subject, description })).ticket_id;

test("a ticket is opened, claimed, answered live, closed and saved, and strangers see nothing", async ({
  home,
  user,
  url,
  windowOf,
  watch,
}) => {
  const grace = await makeModerator(url);
  const desk = await windowOf(grace);
  const subject = fresh("My order does not move");

  // Staff open the page first, so that tickets arrive live.
  await desk.goto("/dashboard/tickets?view=unassigned");
  await expectLive(desk);

  await home.goto("/dashboard/tickets");
  await home.getByRole("button", { name: "New ticket" }).first().click();
  const form = home.getByRole("dialog", { name: "New ticket" });
  await form.getByLabel("What is it about?").selectOption("Support");
  await form.getByRole("button", { name: "Open ticket" }).click();
  await expect(form.getByText("At least 3 characters.").or(form.getByText("This is required.")).first()).toBeVisible();
  await form.getByLabel("Subject").fill(subject);
  await form.getByLabel("What happened?").fill("It says “on its way” since Tuesday.");
  await form.getByRole("button", { name: "Open ticket" }).click();
  await expect(home.getByRole("heading", { name: subject })).toBeVisible();
  const id = new URL(home.url()).searchParams.get("ticket")!;
  await expect(talk(home)).toContainText("since Tuesday");
  // The user sees none of the staff's controls.
  for (const name of ["Claim", "Private note", "Canned replies"])
    await expect(home.getByRole("button", { name })).toHaveCount(0);

  await expect(row(desk, subject)).toContainText("1 unread");
  await row(desk, subject).click();
  await expect(talk(desk)).toContainText("since Tuesday");
  await expect(row(desk, subject)).not.toContainText("unread");

  await desk.locator("body").press("c");
  await expect(desk.getByRole("button", { name: "Close", exact: true })).toBeVisible();
  await expect(home.getByText(`with ${grace.username}`)).toBeVisible();
  for (const page of [desk, home]) await expect(talk(page)).toContainText(`${grace.username} claimed this ticket`);

  // The typing indicator appears on the other side, and disappears when the message arrives.
  const typing = home.getByText(`${grace.username} is typing…`);
  await Promise.all([typing.waitFor(), message(desk).pressSequentially("Hello, I am looking")]);
  await message(desk).press("Enter");
  await expect(talk(home)).toContainText("Hello, I am looking");
  await expect(typing).toBeHidden();
  await expect(talk(desk).getByText(`Seen by ${user.username}`)).toBeVisible();
  await message(home).fill("Thank you!");
  await message(home).press("Enter");
  await expect(talk(desk)).toContainText("Thank you!");

  // The user does not see a note in the conversation, the list or the count.
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("n");
  await desk.getByRole("textbox", { name: "Private note" }).fill("Priority plan, be quick");
  await desk.getByRole("button", { name: "Add note" }).click();
  await expect(talk(desk)).toContainText("Priority plan");
  await desk.getByRole("button", { name: "Reply", exact: true }).click();

  // On other pages the count beside "Tickets" shows the new message.
  await home.goto("/account");
  await expect(unreadBeside(home)).toHaveText("Tickets");
  await message(desk).fill("It leaves today.");
  await message(desk).press("Enter");
  await expect(unreadBeside(home)).toContainText("1 unread");
  await unreadBeside(home).click();
  await expect(row(home, subject)).toContainText("1 unread");
  await row(home, subject).click();
  await expect(talk(home)).toContainText("It leaves today.");
  await expect(talk(home).getByText("New", { exact: true })).toBeVisible();
  await expect(unreadBeside(home)).toHaveText("Tickets");

  // Staff see that a colleague has the ticket open; the user does not.
  const second = await windowOf(ADMIN);
  await second.goto(`/dashboard/tickets?ticket=${id}`);
  await expect(desk.getByText(/(is|are) viewing$/)).toContainText(ADMIN.username);
  await expect(home.getByText(/viewing/)).toHaveCount(0);
  await expect(talk(second)).toContainText("Priority plan");
  await second.goto("/dashboard/tickets");
  await expect(desk.getByText(/(is|are) viewing$/)).toHaveText(`${user.username} is viewing`);

  await desk.keyboard.press("Escape");
  await desk.keyboard.press("e");
  await expect(home.getByText(`Closed by ${grace.username}.`)).toBeVisible();
  await expect(message(home)).toBeHidden();
  await expect(row(desk, subject)).toBeHidden();

  // The transcript contains the messages, and no note for the user.
  const save = async (page: Page, item: string) => {
    await page.getByRole("button", { name: "Ticket actions" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
  };
  const ours = await save(desk, "Download transcript (HTML)");
  expect(ours.name).toMatch(/^ticket-\d+\.html$/);
  expect(ours.text).toContain("It leaves today.");
  expect(ours.text).toContain("Priority plan");
  const theirs = await save(home, "Download transcript (text)");
  expect(theirs.name).toMatch(/^ticket-\d+\.txt$/);
  expect(theirs.text).toContain("It leaves today.");
  expect(theirs.text).not.toContain("Priority plan");

  // The user reopens the ticket.
  await home.getByRole("button", { name: /^Reopen \(3 left\)/ }).click();
  await expect(message(home)).toBeVisible();
  await expect(
    desk
      .getByRole("button", { name: "Claim", exact: true })
      .or(desk.getByRole("button", { name: "Close", exact: true })),
  ).toBeVisible();

  // A stranger tries the URL, the API and a socket.
  const other = await makeUser(url, "mallory");
  const stranger = await windowOf(other);
  watch.allow(/status of 403/);
  await stranger.goto(`/dashboard/tickets?ticket=${id}`);
  await expect(stranger.getByText("Ticket not found")).toBeVisible();
  await expect(stranger.getByText("No tickets yet")).toBeVisible();
  await expect(stranger.getByText(subject)).toHaveCount(0);
  for (const path of ["", "/messages", "/transcript"])
    expect(await other.api.status(`/api/tickets/${id}${path}`)).toBe(403);
  expect(await other.api.status(`/api/tickets/${id}/send`, "POST", { message: "let me in" })).toBe(403);
  const socket = io(url, { auth: { token: other.api.token }, transports: ["websocket"] });
  const heard: string[] = [];
  socket.onAny((name: string, data: unknown) => heard.push(`${name} ${JSON.stringify(data)}`));
  socket.emit("join_ticket", { ticket_id: id });
  await expect.poll(() => heard.filter((line) => line.startsWith("error "))).toHaveLength(1);
  await message(home).fill("Only for the desk");
  await message(home).press("Enter");
  await expect(talk(desk)).toContainText("Only for the desk");
  expect(heard.filter((line) => line.includes(id) || line.includes("Only for the desk"))).toEqual([]);
  socket.close();
});

test("a lost connection loses nothing: drafts are sent later, missed messages arrive, none twice", async ({
  url,
  user,
  windowOf,
  watch,
}) => {
  watch.allow(/ERR_|WebSocket|status of 5/, /Failed to load resource/);
  const admin = await signIn(url, ADMIN);
  const id = await openTicket(user.api, fresh("A line that breaks"));
  const line = await openLine(url);
  const page = await windowOf(user);
  try {
    const { token } = await apiOf(url).post("/api/auth/login", { username: user.username, password: user.password });
    expect(token).toBeTruthy();
    await page.context().request.post(`${line.url}/api/auth/login`, {
      data: { username: user.username, password: user.password },
    });
    await page.goto(`${line.url}/dashboard/tickets?ticket=${id}`);
    await expectLive(page);
    await expect(talk(page)).toContainText("in a few words");
    line.cut();
    await expect(page.getByRole("contentinfo").getByText("Live")).toBeHidden();
    await message(page).fill("Written in the tunnel");
    await message(page).press("Enter");
    await expect(page.getByText(/Not sent: /)).toBeVisible();
    await admin.post(`/api/tickets/${id}/messages`, { content: "Said meanwhile" });
    line.mend();
    await expectLive(page);
    await expect(talk(page)).toContainText("Said meanwhile");
    await page.getByRole("button", { name: "Send again" }).click();
    await expect(page.getByText(/Not sent: /)).toBeHidden();
    await expect(talk(page).getByText("Written in the tunnel")).toHaveCount(1);
    const { messages } = await user.api.get(`/api/tickets/${id}/messages`);
    expect(messages.filter((one: { content: string }) => one.content === "Written in the tunnel")).toHaveLength(1);
  } finally {
    await line.close();
  }
});

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("files are chosen, dropped and refused; pictures show in place", async ({ home, user, windowOf, watch }) => {
  watch.allow(/status of 400/);
  const id = await openTicket(user.api, fresh("A picture says more"));
  await home.goto(`/dashboard/tickets?ticket=${id}`);
  await expect(talk(home)).toContainText("in a few words");
  const files = home.getByRole("list", { name: "Files to upload" });
  await home.getByLabel("Files to attach").setInputFiles([
    { name: "shot.png", mimeType: "image/png", buffer: PNG },
    { name: "page.html", mimeType: "text/html", buffer: Buffer.from("<!doctype html><script>alert(1)</script>") },
  ]);
  const bad = files.getByRole("listitem").filter({ hasText: "page.html" });
  await expect(bad.locator(".text-bad")).toBeVisible();
  const send = home.getByRole("button", { name: "Send", exact: true });
  await expect(send).toBeDisabled();
  await bad.getByRole("button", { name: "Remove page.html" }).click();
  // Drop a file onto the conversation.
  const drop = await home.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["the log of the bot\n"], "bot.txt", { type: "text/plain" }));
    return data;
  });
  await talk(home).dispatchEvent("dragenter", { dataTransfer: drop });
  await expect(home.getByText("Drop files to attach them")).toBeVisible();
  await talk(home).dispatchEvent("drop", { dataTransfer: drop });
  await expect(files.getByRole("listitem")).toHaveCount(2);
  await expect(send).toBeEnabled();
  await message(home).fill("See for yourself");
  await send.click();
  await expect(files).toBeHidden();
  const desk = await windowOf(ADMIN);
  await desk.goto(`/dashboard/tickets?ticket=${id}`);
  const picture = talk(desk).getByRole("img", { name: "shot.png" });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  const [file] = await Promise.all([
    desk.waitForEvent("download"),
    talk(desk)
      .getByRole("link", { name: /bot\.txt/ })
      .click(),
  ]);
  expect(readFileSync(await file.path(), "utf8")).toBe("the log of the bot\n");
  await desk.getByRole("button", { name: "Show shot.png" }).click();
  await expect(desk.getByRole("dialog", { name: "shot.png" }).getByRole("img")).toBeVisible();
});

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
  await page.getByRole("searchbox", { name: "Search tickets" }).fill(word);
  await expect(rows(page)).toHaveCount(3);
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  await page.getByRole("searchbox", { name: "Search tickets" }).blur();

  // With the keyboard: the newest ticket is selected first; move to the last and open it.
  for (const key of ["j", "j", "j"]) await page.locator("body").press(key);
  await expect(row(page, `${word} printer on fire`)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: `${word} printer on fire` })).toBeVisible();
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
  await expect(page.getByLabel("Assignee of this ticket")).toHaveValue(/\d+/);
  await page.getByRole("button", { name: /^Mine/ }).click();
  await expect(rows(page)).toHaveCount(1);

  // Set the priority in the side panel, then filter by it.
  await page.getByLabel("Priority of this ticket").selectOption("urgent");
  await expect(row(page, `${word} printer on fire`)).toContainText("urgent");
  await page.getByRole("button", { name: /^All/ }).click();
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByLabel("Priority", { exact: true }).selectOption("low");
  await expect(page.getByText("No tickets match")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByRole("searchbox", { name: "Search tickets" }).fill(word);
  await expect(rows(page)).toHaveCount(3);

  // Merge two tickets of one person by typing the number.
  await page.getByRole("button", { name: "Ticket actions" }).click();
  await page.getByRole("menuitem", { name: "Merge into another ticket…" }).click();
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
  await page.getByRole("button", { name: "Ticket actions" }).click();
  await page.getByRole("menuitem", { name: "Delete ticket…" }).click();
  const remove = page.getByRole("dialog", { name: /^Delete ticket #/ });
  await expect(remove.getByRole("button", { name: "Delete ticket" })).toBeDisabled();
  await remove.getByLabel(/^Type/).fill(String((await admin.get(`/api/tickets/${third}`)).ticket_num));
  await remove.getByRole("button", { name: "Delete ticket" }).click();
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
    page.getByRole("complementary", { name: "Ticket details" }).getByRole("link", { name: "Bridge" }),
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
  await page.getByRole("button", { name: "Load more tickets" }).click();
  await expect(rows(page)).toHaveCount(60);
  await expect(page.getByRole("button", { name: "Load more tickets" })).toBeHidden();
  // New tickets appear on top, and the loaded pages stay.
  const { tickets } = await user.api.get(`/api/tickets?q=${word}&limit=1`);
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
  await page.getByRole("searchbox", { name: "Search tickets" }).fill("needle in the haystack");
  await expect(row(page, `${word} number 3.`)).toBeVisible();
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
  await expect(home.getByRole("button", { name: "Jump to the latest" })).toBeVisible();
  const top = () =>
    box.evaluate((area) => {
      const edge = area.getBoundingClientRect().top;
      const seen = [...area.querySelectorAll("[data-key]")].find((one) => one.getBoundingClientRect().bottom > edge);
      return `${seen?.textContent?.match(/Line \d+/)?.[0]} at ${Math.round(seen!.getBoundingClientRect().top - edge)}`;
    });
  const before = await settled(top);
  await admin.post(`/api/tickets/${id}/messages`, { content: "The newest of all" });
  await expect(home.getByRole("button", { name: "1 new message" })).toBeVisible();
  expect(await top()).toBe(before);
  // Each page loads when the previous one was scrolled to its top.
  await expect(async () => {
    await home.mouse.wheel(0, -4000);
    await expect(talk(home).getByText("What happened, in a few words.")).toBeAttached({ timeout: 500 });
  }).toPass();
  await home.getByRole("button", { name: /new message/ }).click();
  await expect(talk(home).getByText("The newest of all")).toBeInViewport();

  await home.getByRole("button", { name: "Back to the list" }).click();
  await expect(row(home, subject)).toBeVisible();
  await expect(talk(home)).toBeHidden();
  await home.goBack();
  await expect(talk(home)).toBeVisible();
});
