/** Pages of tickets, and tickets and staff made through the API. */
import type { Page } from "@playwright/test";
import { type Api, makeUser, signIn } from "./api";
import { ADMIN } from "./people";
import { expect } from "./test";

export const rows = (page: Page) => page.getByRole("list", { name: "Tickets", exact: true }).getByRole("button");
export const row = (page: Page, subject: string) => rows(page).filter({ hasText: subject });
export const talk = (page: Page) => page.getByRole("log", { name: "Conversation", exact: true });
export const message = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
export const unreadBeside = (page: Page) =>
  page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: /^Tickets/ });

/** A moderator. */
export async function makeModerator(url: string) {
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
export const openTicket = async (
  api: Api,
  subject: string,
  description = "What happened, in a few words.",
): Promise<string> => (await api.post("/api/tickets", { type: "Support", subject, description })).ticket_id;
