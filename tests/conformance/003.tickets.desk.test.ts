/** Tickets over real HTTP: staff claim, assign, close and reopen them, also at the same moment. */
import { beforeAll, describe, expect, it } from "vitest";
import { listTicketAssignees } from "@/lib/community/tickets/desk/contract";
import type { Json } from "../api";
import {
  aBot,
  aUser,
  mailsTo,
  mailTo,
  type TestBot,
  type TestUser,
  theAdmin,
  unique,
  verifyAddress,
} from "../factories";
import { aTicket, on, T } from "../tickets";

let admin: TestUser;
let mod: TestUser;
let ada: TestUser;
let bot: TestBot;
beforeAll(async () => {
  [admin, mod, ada] = await Promise.all([theAdmin(), aUser("moderator"), aUser()]);
  bot = await aBot(ada);
});

describe("claiming, assigning, closing, reopening", () => {
  it("of two simultaneous claims one wins, and the other error names the winner", async () => {
    const other = await aUser("moderator");
    for (let round = 0; round < 5; round++) {
      const ticket = await aTicket(bot, { user_id: unique("out") });
      const answers = await Promise.all([mod, other].map((one) => one.api.send(`POST ${T}/claim`, on(ticket))));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = answers[0]!.status === 200 ? mod : other;
      const loser = answers.find(({ status }) => status === 409)!;
      expect(loser.json.details).toMatchObject({ assigned_to: String(winner.id), assigned_name: winner.username });
      // Claiming it again as the same person changes nothing.
      expect((await winner.api.send(`POST ${T}/claim`, on(ticket))).status).toBe(200);
      const { json } = await mod.api.send(`GET ${T}`, on(ticket));
      expect(json.messages.filter((one: Json) => one.content.includes("claimed"))).toHaveLength(1);
    }
  });

  it("of a simultaneous message and close, the message comes first or is refused", async () => {
    for (let round = 0; round < 8; round++) {
      const ticket = await aTicket(bot, { user_id: unique("out") });
      const [sent, closed] = await Promise.all([
        bot.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "one more thing" } }),
        mod.api.send(`POST ${T}/close`, on(ticket)),
      ]);
      expect(closed.status).toBe(200);
      const { json } = await mod.api.send(`GET ${T}`, on(ticket));
      const order = json.messages.map((one: Json) => one.content);
      expect(order.at(-1)).toContain("closed this ticket");
      expect(order.includes("one more thing")).toBe(sent.status === 200);
      if (sent.status !== 200) expect([sent.status, sent.json.details.status]).toEqual([409, "closed"]);
    }
  });

  it("a message sent during a deletion is deleted with the ticket or gets 404", async () => {
    for (let round = 0; round < 8; round++) {
      const ticket = await aTicket(bot, { user_id: unique("out") });
      const [sent, gone] = await Promise.all([
        bot.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "one more thing" } }),
        admin.api.send(`DELETE ${T}`, on(ticket)),
      ]);
      expect(gone.status).toBe(200);
      expect([200, 404]).toContain(sent.status);
    }
  });

  it("assigning makes it claimed and unassigning open; only active staff can be assigned", async () => {
    const other = await aUser("moderator");
    const ticket = await aTicket(await aUser());
    const assign = (user_id: unknown) => mod.api.send(`POST ${T}/assign`, { ...on(ticket), body: { user_id } });
    expect((await assign(String(other.id))).json.ticket).toMatchObject({
      status: "claimed",
      assigned_to: String(other.id),
      assigned_name: other.username,
    });
    expect((await assign(mod.id)).json.ticket).toMatchObject({ assigned_to: String(mod.id) });
    expect((await assign(null)).json.ticket).toMatchObject({ status: "open", assigned_to: null });
    for (const wrong of [String(ada.id), "999999", "nobody", "0"])
      expect([(await assign(wrong)).status, (await assign(wrong)).json.details.field]).toEqual([400, "user_id"]);
    const { assignees } = await mod.api.call(listTicketAssignees);
    expect(assignees.map((one) => one.user_id)).toEqual(expect.arrayContaining([String(mod.id), String(other.id)]));
    expect(assignees.map((one) => one.user_id)).not.toContain(String(ada.id));
  });

  it("a closed ticket refuses messages, claims and files, and a fourth reopening", async () => {
    const someone = await aUser();
    const ticket = await aTicket(someone);
    await mod.api.send(`POST ${T}/claim`, on(ticket));
    for (let time = 1; time <= 3; time++) {
      const closed = await mod.api.send(`POST ${T}/close`, { ...on(ticket), body: { reason: "Solved" } });
      expect(closed.json.ticket).toMatchObject({ status: "closed", closed_by: mod.username, close_reason: "Solved" });
      await mod.api.refused(`POST ${T}/close`, "CONFLICT", on(ticket));
      await mod.api.refused(`POST ${T}/claim`, "CONFLICT", on(ticket));
      await mod.api.refused(`POST ${T}/assign`, "CONFLICT", { ...on(ticket), body: { user_id: null } });
      await someone.api.refused(`POST ${T}/send`, "CONFLICT", { ...on(ticket), body: { message: "hello?" } });
      const { json } = await someone.api.send(`POST ${T}/reopen`, on(ticket));
      // The previous assignee keeps it.
      expect(json.ticket).toMatchObject({
        status: "claimed",
        reopen_count: time,
        reopens_left: 3 - time,
        closed_at: null,
      });
      await someone.api.refused(`POST ${T}/reopen`, "CONFLICT", on(ticket));
    }
    await mod.api.send(`POST ${T}/close`, on(ticket));
    for (const who of [someone, mod]) await who.api.refused(`POST ${T}/reopen`, "CONFLICT", on(ticket));
  });

  it("closing mails the transcript without notes to the user, unless transcripts are off", async () => {
    const [mailed, unmailed] = [await aUser(), await aUser()];
    for (const user of [mailed, unmailed]) await verifyAddress(user);
    const ticket = await aTicket(mailed);
    await mod.api.send(`POST ${T}/send`, { ...on(ticket), body: { message: "Try <b>again</b>" } });
    await mod.api.send(`POST ${T}/messages`, { ...on(ticket), body: { content: "a secret remark", is_note: true } });
    const silent = await aTicket(unmailed);
    await admin.api.send("PUT /api/config/tickets", { body: { transcript_enabled: false } });
    await mod.api.send(`POST ${T}/close`, on(silent));
    await unmailed.api.refused(`GET ${T}/transcript`, "FORBIDDEN", on(silent));
    expect((await mod.api.send(`GET ${T}/transcript`, on(silent))).status).toBe(200);
    await admin.api.send("POST /api/config/tickets/reset");
    await mod.api.send(`POST ${T}/close`, on(ticket));
    const mail = await mailTo(mailed.email);
    expect(mail).toContain("Try &lt;b&gt;again&lt;/b&gt;");
    expect(mail).not.toContain("a secret remark");
    // A mail of the first closing would have arrived before that of the second.
    expect(mailsTo(unmailed.email)).toEqual([]);
  });
});
