import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { io } from "socket.io-client";
import { apiOf, fresh, makeUser, signIn } from "./api";
import { openLine } from "./line";
import { ADMIN } from "./people";
import { expect, expectLive, test } from "./test";
import { makeModerator, message, openTicket, row, talk, unreadBeside } from "./tickets";

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
  await home.getByRole("button", { name: "New ticket", exact: true }).first().click();
  const form = home.getByRole("dialog", { name: "New ticket", exact: true });
  await form.getByLabel("What is it about?", { exact: true }).selectOption("Support");
  await form.getByRole("button", { name: "Open ticket", exact: true }).click();
  await expect(form.getByText("At least 3 characters.").or(form.getByText("This is required.")).first()).toBeVisible();
  await form.getByLabel("Subject", { exact: true }).fill(subject);
  await form.getByLabel("What happened?", { exact: true }).fill("It says “on its way” since Tuesday.");
  await form.getByRole("button", { name: "Open ticket", exact: true }).click();
  await expect(home.getByRole("heading", { name: subject, exact: true })).toBeVisible();
  const id = new URL(home.url()).searchParams.get("ticket")!;
  await expect(talk(home)).toContainText("since Tuesday");
  // The user sees none of the staff's controls.
  for (const name of ["Claim", "Private note", "Canned replies"])
    await expect(home.getByRole("button", { name, exact: false })).toHaveCount(0);

  await expect(row(desk, subject)).toContainText("1 unread");
  await row(desk, subject).click();
  await expect(talk(desk)).toContainText("since Tuesday");
  await expect(row(desk, subject)).not.toContainText("unread");

  await desk.locator("body").press("c");
  await expect(desk.getByRole("button", { name: "Close", exact: true })).toBeVisible();
  await expect(home.getByText(`assigned to ${grace.username}`)).toBeVisible();
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
  await desk.getByRole("textbox", { name: "Private note", exact: true }).fill("Priority plan, be quick");
  await desk.getByRole("button", { name: "Add note", exact: true }).click();
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
    await page.getByRole("button", { name: "Ticket actions", exact: true }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item, exact: true }).click(),
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
    await page.getByRole("button", { name: "Send again", exact: true }).click();
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
  const files = home.getByRole("list", { name: "Files to upload", exact: true });
  await home.getByLabel("Files to attach", { exact: true }).setInputFiles([
    { name: "shot.png", mimeType: "image/png", buffer: PNG },
    { name: "page.html", mimeType: "text/html", buffer: Buffer.from("<!doctype html><script>alert(1)</script>") },
  ]);
  const bad = files.getByRole("listitem").filter({ hasText: "page.html" });
  await expect(bad.locator(".text-bad")).toBeVisible();
  const send = home.getByRole("button", { name: "Send", exact: true });
  await expect(send).toBeDisabled();
  await bad.getByRole("button", { name: "Remove page.html", exact: true }).click();
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
  const picture = talk(desk).getByRole("img", { name: "shot.png", exact: true });
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  const [file] = await Promise.all([
    desk.waitForEvent("download"),
    talk(desk)
      .getByRole("link", { name: /bot\.txt/ })
      .click(),
  ]);
  expect(readFileSync(await file.path(), "utf8")).toBe("the log of the bot\n");
  await desk.getByRole("button", { name: "Show shot.png", exact: true }).click();
  await expect(desk.getByRole("dialog", { name: "shot.png", exact: true }).getByRole("img")).toBeVisible();
});
