/** The recipients of each fact, and bots that come and go. */
import { beforeEach, describe, expect, it } from "vitest";
import type { TicketFact, TicketMessage } from "@/lib/community/tickets/contract";
import type { Facts } from "@/lib/core/bus";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { Command } from "@/lib/fleet/commands/contract";
import { RULES, type Telling } from "./rules";
import { createBotWatch } from "./watch";

const ticket = (over: Partial<TicketFact> = {}): TicketFact =>
  ({
    ...{ ticket_id: "t1", ticket_num: 12, type: "Bug", subject: "It broke", status: "open", user_id: "7", owner: 7 },
    ...{
      bot_id: null,
      user_name: "Ann",
      assigned_to: null,
      assigned_name: null,
      priority: "normal",
      tags: [],
      ...over,
    },
  }) as TicketFact;
const message = (over: Partial<TicketMessage> = {}): TicketMessage =>
  ({
    ...{ id: "msg_1", ticket_id: "t1", author_id: "7", author_name: "Ann", author_type: "user", content: "Hello" },
    ...{ is_note: false, is_system: false, attachments: [], ...over },
  }) as TicketMessage;
function tellingsOf<N extends keyof typeof RULES & keyof Facts>(name: N, fact: Facts[N]): Telling[] {
  return (RULES[name] as (fact: Facts[N]) => Telling[])(fact);
}

it("downloads are told to their owner when they are there or failed, not when they were cancelled", () => {
  const task = (over: Record<string, unknown>) =>
    ({ task: { id: "task_1", filename: "a.iso", size: "2.0 GB", error: null, ...over }, owner_id: 7 }) as never;
  expect(tellingsOf("task.settled", task({ status: "completed" }))).toEqual([
    expect.objectContaining({ to: { user_ids: [7] }, kind: "task", title: "Downloaded a.iso", body: "2.0 GB" }),
  ]);
  expect(tellingsOf("task.settled", task({ status: "failed", error: "404" }))[0]).toEqual(
    expect.objectContaining({ title: "Download failed: a.iso", body: "404" }),
  );
  expect(tellingsOf("task.settled", task({ status: "cancelled" }))).toEqual([]);
});

describe("tickets", () => {
  it("a new one is for staff, not for who opened it", () => {
    expect(tellingsOf("ticket.opened", { ticket: ticket() })).toEqual([
      expect.objectContaining({
        ...{ to: { role: "staff" }, except: [7], kind: "ticket_opened", url: "/dashboard/tickets?ticket=t1" },
        title: "New ticket #12: It broke",
      }),
    ]);
    expect(tellingsOf("ticket.opened", { ticket: ticket({ priority: "urgent" }) })[0]!.priority).toBe("high");
  });

  it.each([
    ["the requester's words, while nobody works on it", {}, {}, { role: "staff" }],
    ["the requester's words, when somebody does", { assigned_to: "3" }, {}, { user_ids: [3] }],
    ["staff's words", {}, { author_id: "3", author_type: "staff" as const }, { user_ids: [7] }],
    [
      "a bot's words to its own user",
      { owner: null, user_id: "ext", bot_id: "b" },
      { author_id: "b", author_type: "bot" as const },
      { user_ids: [] },
    ],
    [
      "the words of a bot's user",
      { owner: null, user_id: "ext", bot_id: "b" },
      { author_id: "ext" },
      { answer: { bot_id: "b" } },
    ],
  ])("%s", (_, about, by, to) => {
    const [one, ...more] = tellingsOf("ticket.message", { ticket: ticket(about), message: message(by) });
    expect(one).toMatchObject({ to, kind: "ticket_reply", body: "Hello", group: "ticket:t1:reply" });
    expect(more).toEqual([]);
  });

  it("a note is for staff alone, whoever opened the ticket", () => {
    const note = message({ is_note: true, author_id: "3", author_type: "staff", content: "He is rude" });
    expect(tellingsOf("ticket.message", { ticket: ticket(), message: note })).toMatchObject([
      { to: { role: "staff" }, except: [3] },
    ]);
    expect(tellingsOf("ticket.message", { ticket: ticket({ assigned_to: "4" }), message: note })).toMatchObject([
      { to: { user_ids: [4] } },
    ]);
  });

  it("says what was sent without words, and cuts what is long; what the server says itself is no news", () => {
    const attachments = [{}, {}] as TicketMessage["attachments"];
    expect(
      tellingsOf("ticket.message", { ticket: ticket(), message: message({ content: "", attachments }) })[0]!.body,
    ).toBe("Sent 2 files");
    expect(
      tellingsOf("ticket.message", { ticket: ticket(), message: message({ content: "x".repeat(4000) }) })[0]!.body,
    ).toHaveLength(300);
    expect(tellingsOf("ticket.message", { ticket: ticket(), message: message({ is_system: true }) })).toEqual([]);
  });

  it.each([
    ["ticket_claimed", [[7]]],
    ["ticket_assigned", [[7], [4]]],
    ["ticket_closed", [[7]]],
    ["ticket_reopened", [[7], [4]]],
    ["ticket_merged", [[7]]],
    ["ticket_updated", []],
    ["ticket_unassigned", []],
  ] as const)("%s is told to those it concerns", (event_type, ids) => {
    const by = { user_id: "3", user_name: "Mod" };
    const about = { ticket: ticket({ assigned_to: "4", assigned_name: "Bo" }), event_type, by, message: null };
    const all = tellingsOf("ticket.changed", about);
    expect(all.map(({ to }) => to)).toEqual(ids.map((user_ids) => ({ user_ids })));
    for (const one of all) expect(one.except).toEqual([3]);
  });
});

describe("commands", () => {
  const command = (over: Partial<Command>) =>
    ({ id: "cmd_1", bot_id: "b1", type: "restart", attempts: 10, reason: null, created_by: null, ...over }) as Command;
  it("that were given up are told to who sent them, else to the bot's owner", () => {
    expect(
      tellingsOf("command.settled", { command: command({ reason: "dead", created_by: 5 }), team_id: 7 }),
    ).toMatchObject([
      {
        to: { bot: { id: "b1", team_id: 7 }, sender: 5 },
        kind: "command_failed",
        title: "Undeliverable command: restart",
        group: "command:b1",
      },
    ]);
    expect(tellingsOf("command.settled", { command: command({ reason: "dead" }), team_id: 7 })).toMatchObject([
      { to: { bot: { id: "b1", team_id: 7 }, sender: null } },
    ]);
    for (const reason of [null, "cancelled", "expired"] as const)
      expect(tellingsOf("command.settled", { command: command({ reason }), team_id: 7 })).toEqual([]);
  });
});

describe("bots", () => {
  let at = 0;
  let all: Telling[] = [];
  let watch: ReturnType<typeof createBotWatch>;
  beforeEach(() => {
    at = 1_000_000;
    all = [];
    watch = createBotWatch({ graceMs: 30_000, now: () => at, tell: (telling) => void all.push(telling) });
  });
  const bot = (id: string, status: string, over: Partial<Bot> = {}) =>
    ({ id, name: id.toUpperCase(), status, team_id: 7, last_active: "2026-01-01T00:00:00.000Z", ...over }) as Bot;
  const pass = (ms: number) => {
    at += ms;
    watch.sweep();
  };

  it("that stay away are told once, and their return takes that notification's place", () => {
    watch.changed(bot("a", "offline"), true);
    pass(29_000);
    expect(all).toEqual([]);
    pass(1_000);
    pass(60_000);
    expect(all).toMatchObject([
      {
        to: { bot: { id: "a", team_id: 7 }, sender: null },
        title: "A is down",
        priority: "high",
        group: "bot:a",
        url: "/dashboard/bots/a",
      },
    ]);
    watch.changed(bot("a", "online"), false);
    expect(all[1]).toMatchObject({ title: "A is back", body: "It was down for 2 min.", group: "bot:a" });
  });

  it("that are back soon are no news, nor those that never came, have no owner or were removed", () => {
    watch.changed(bot("a", "offline"), true);
    watch.changed(bot("a", "online"), true);
    watch.changed(bot("b", "offline", { last_active: null }), true);
    watch.changed(bot("c", "offline", { team_id: null }), true);
    watch.changed(bot("d", "crashed"), true);
    watch.forget("d");
    watch.changed(bot("e", "offline"), false);
    pass(60_000);
    expect(all).toEqual([]);
  });

  it("that fall together are told together, to each owner theirs", () => {
    for (let n = 0; n < 7; n++) watch.changed(bot(`a${n}`, n === 1 ? "error" : "offline"), true);
    watch.changed(bot("z", "crashed", { team_id: 8 }), true);
    pass(30_000);
    expect(all).toMatchObject([
      {
        ...{ to: { bot: { id: "a0", team_id: 7 }, sender: null }, title: "7 bots are down", url: "/dashboard" },
        body: "A0 (offline), A1 (error), A2 (offline), A3 (offline), A4 (offline) and 2 more.",
      },
      {
        to: { bot: { id: "z", team_id: 8 }, sender: null },
        title: "Z is down",
        body: "It reported the status crashed and has not recovered.",
      },
    ]);
  });
});

describe("accounts", () => {
  it.each([
    ["password", "Your password was changed"],
    ["discord_linked", "Discord account nelly was linked to yours"],
    ["discord_unlinked", "Discord account nelly was unlinked from yours"],
    ["provider_linked", "The identity nelly was linked to your account"],
    ["second_factor_off", "Two-factor authentication was turned off for your account"],
    ["recovery_code_used", "One of your recovery codes was used to sign in"],
    ["passkey_added", "Passkey added: nelly"],
    ["passkey_removed", "Passkey removed: nelly"],
    ["api_key", "API key created: nelly"],
  ] as const)("%s is told to the account's owner", (change, title) => {
    expect(tellingsOf("account.secured", { user_id: 7, change, name: "nelly" })).toEqual([
      expect.objectContaining({ to: { user_ids: [7] }, kind: "security", title, url: "/account" }),
    ]);
  });
});

describe("service keys", () => {
  it.each([
    [false, "Service key created for Night shift: deploy"],
    [true, "Service key rotated for Night shift: deploy"],
  ])("are announced to the owners of the team (rotated: %s)", (rotated, title) => {
    const fact = { team_id: 9, team: "Night shift", key: "deploy", rotated, by: "radia", owners: [3, 4] };
    expect(tellingsOf("team.key_issued", fact)).toEqual([
      expect.objectContaining({ to: { user_ids: [3, 4] }, kind: "security", title, url: "/dashboard/teams/9" }),
    ]);
  });
});

describe("ranks", () => {
  const fact = {
    ...{ player_id: "rlp_1", user_id: 7, username: "Squishy", platform: "steam" as const, playlist: "2v2" },
    ...{ from: "Diamond III Div 4", to: "Champion I Div 1" },
  };
  it.each([
    [true, "Squishy rose to Champion I Div 1 in 2v2"],
    [false, "Squishy fell to Champion I Div 1 in 2v2"],
  ])("are told to who tracks the player (promoted: %s)", (promoted, title) => {
    expect(tellingsOf("rank.changed", { ...fact, promoted })).toEqual([
      {
        ...{ to: { user_ids: [7] }, kind: "rank", title, body: "From Diamond III Div 4." },
        ...{ url: "/dashboard/feeds", group: "rank:rlp_1:2v2" },
      },
    ]);
  });
});
