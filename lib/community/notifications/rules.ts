/**
 * The recipients of each fact, one entry per fact. The process that raised a fact acts on it, so that each person is
 * notified once.
 */

import type { TicketFact, TicketMessage } from "@/lib/community/tickets/contract";
import type { Facts } from "@/lib/core/bus";
import { cutText } from "@/lib/core/format/text";
import type { OwnedBot } from "@/lib/identity/access";
import type { Kind, Priority } from "./contract";

export type To =
  | { user_ids: number[] }
  | { role: "user" | "moderator" | "admin" | "staff" }
  /** The people who operate a bot; with `sender` that person, if the bot is still visible to them. */
  | { bot: OwnedBot; sender: number | null }
  /** Those who answer the tickets of a bot: staff, and the people who operate it. */
  | { answer: { bot_id: string } }
  | "all";
/** The input of `notify`. */
export type Telling = {
  to: To;
  /** People to leave out, even if `to` includes them: nobody needs a notification about their own action. */
  except?: number[];
  kind: Kind;
  title: string;
  body: string;
  /** The ticket that it is about. */
  ticket?: Pick<TicketFact, "ticket_id" | "ticket_num">;
  /** A path of the console. */
  url?: string | null;
  priority?: Priority;
  /** The key of a burst: a newer unread notification with the same key replaces the older one. */
  group?: string;
};

type Fact<N extends keyof Facts> = Facts[N];
type Table = { [N in keyof Facts]?: (fact: Fact<N>) => Telling[] };

const PREVIEW = 300;
const preview = (text: string): string => cutText(text, PREVIEW);
/** Returns the fields that every notification about a ticket has. */
const ofTicket = (ticket: TicketFact) => ({
  ticket,
  url: `/dashboard/tickets?ticket=${encodeURIComponent(ticket.ticket_id)}`,
});

/** Returns an account's id from its text form; empty for a name that a bot gave its own user. */
const account = (id: string | null): number[] => (id && /^\d{1,15}$/.test(id) ? [Number(id)] : []);
const one = (id: number | null): To => ({ user_ids: id === null ? [] : [id] });

/** Addresses those who may answer a ticket. */
const answerers = ({ bot_id }: TicketFact): To => (bot_id === null ? { role: "staff" } : { answer: { bot_id } });

/** Addresses the person a ticket is assigned to, or all who may answer it while it is unassigned. */
const desk = (ticket: TicketFact): To => {
  const assigned = account(ticket.assigned_to);
  return assigned.length > 0 ? { user_ids: assigned } : answerers(ticket);
};

function ofMessage(ticket: TicketFact, message: TicketMessage): Telling[] {
  if (message.is_system) return [];
  const files = message.attachments.length;
  const telling = {
    except: message.author_type === "bot" ? [] : account(message.author_id),
    kind: "ticket_reply" as const,
    body: preview(message.content || (files === 1 ? "Sent a file" : `Sent ${files} files`)),
    ...ofTicket(ticket),
  };
  const about = `#${ticket.ticket_num} ${ticket.subject}`;
  if (message.is_note)
    return [
      {
        ...telling,
        to: desk(ticket),
        title: `${message.author_name} added a note to ${about}`,
        group: `ticket:${ticket.ticket_id}:note`,
      },
    ];
  const title = `${message.author_name} replied to ${about}`;
  const group = `ticket:${ticket.ticket_id}:reply`;
  const fromRequester = message.author_id === ticket.user_id;
  return [{ ...telling, to: fromRequester ? desk(ticket) : one(ticket.owner), title, group }];
}

function ofChange({ ticket, event_type, by }: Fact<"ticket.changed">): Telling[] {
  const about = `#${ticket.ticket_num} ${ticket.subject}`;
  const who = by?.user_name ?? "The server";
  const common = {
    except: by ? account(by.user_id) : [],
    kind: "ticket_changed" as const,
    ...ofTicket(ticket),
    group: `ticket:${ticket.ticket_id}:state`,
  };
  const toOwner = (title: string, body: string): Telling => ({ ...common, to: one(ticket.owner), title, body });
  const helper = account(ticket.assigned_to);
  if (event_type === "ticket_claimed")
    return [toOwner(`${ticket.assigned_name ?? who} claimed ${about}`, "They will reply in the ticket.")];
  if (event_type === "ticket_assigned")
    return [
      toOwner(`${ticket.assigned_name ?? who} claimed ${about}`, "They will reply in the ticket."),
      { ...common, to: { user_ids: helper }, title: `${who} assigned you ${about}`, body: `From ${ticket.user_name}.` },
    ];
  if (event_type === "ticket_closed")
    return [toOwner(`${about} was closed`, `${who} closed it. Reopen it if you still need help.`)];
  if (event_type === "ticket_reopened")
    return [
      toOwner(`${about} was reopened`, `${who} reopened it.`),
      { ...common, to: { user_ids: helper }, title: `${about} was reopened`, body: `${who} reopened it.` },
    ];
  if (event_type === "ticket_merged")
    return [toOwner(`${about} was merged into another ticket`, "The conversation continues there.")];
  return [];
}

/** Notifies the account's owner, who may not be the one who made the change. */
function ofSecurity({ user_id, change, name }: Fact<"account.secured">): Telling[] {
  const title = {
    password: "Your password was changed",
    discord_linked: `Discord account ${name} was linked to yours`,
    discord_unlinked: `Discord account ${name} was unlinked from yours`,
    provider_linked: `The identity ${name} was linked to your account`,
    provider_unlinked: `The identity ${name} was unlinked from your account`,
    api_key: `API key created: ${name}`,
    second_factor_on: "Two-factor authentication was turned on for your account",
    second_factor_off: "Two-factor authentication was turned off for your account",
    second_factor_reset: "An admin turned off two-factor authentication for your account",
    recovery_codes: "Your recovery codes were replaced",
    recovery_code_used: "One of your recovery codes was used to sign in",
    passkey_added: `Passkey added: ${name}`,
    passkey_removed: `Passkey removed: ${name}`,
    email: `Your email address is now ${name}`,
    role: `Your role is now ${name}`,
    new_sign_in: `New sign-in: ${name}`,
    wrong_code: "Somebody entered your password and a wrong code",
  }[change];
  const body = "If this was not you, change your password, and check your sessions and API keys.";
  const group = change === "wrong_code" ? { group: `wrong_code:${user_id}` } : {};
  return [{ to: { user_ids: [user_id] }, kind: "security", title, body, url: "/account", ...group }];
}

/** Facts that notify people at once. Connecting and disconnecting bots are handled in watch.ts instead. */
export const RULES: Table = {
  "ticket.opened": ({ ticket }) => [
    {
      to: answerers(ticket),
      except: ticket.owner === null ? [] : [ticket.owner],
      kind: "ticket_opened",
      title: `New ticket #${ticket.ticket_num}: ${ticket.subject}`,
      body: `${ticket.user_name} · ${ticket.type}`,
      ...ofTicket(ticket),
      priority: ticket.priority === "urgent" ? "high" : "normal",
    },
  ],
  "ticket.message": ({ ticket, message }) => ofMessage(ticket, message),
  "ticket.changed": ofChange,
  "account.secured": ofSecurity,
  // Also to an owner who made it: a stranger may be using that account.
  "team.key_issued": ({ team_id, team, key, rotated, by, owners }) => [
    {
      to: { user_ids: owners },
      kind: "security",
      title: `Service key ${rotated ? "rotated" : "created"} for ${team}: ${key}`,
      body: `By ${by}. If you do not expect this, revoke the key on the page of the team.`,
      url: `/dashboard/teams/${team_id}`,
    },
  ],
  "rank.changed": ({ player_id, user_id, username, playlist, from, to, promoted }) => [
    {
      to: one(user_id),
      kind: "rank",
      title: `${username} ${promoted ? "rose" : "fell"} to ${to} in ${playlist}`,
      body: `From ${from}.`,
      url: "/dashboard/feeds",
      group: `rank:${player_id}:${playlist}`,
    },
  ],
  // The person who cancelled it is not notified.
  "task.settled": ({ task, owner_id }) =>
    task.status === "completed" || task.status === "failed"
      ? [
          {
            to: one(owner_id),
            kind: "task",
            title:
              task.status === "completed"
                ? `Downloaded ${task.filename ?? "a file"}`
                : `Download failed: ${task.filename ?? "a file"}`,
            body: task.status === "completed" ? (task.size ?? "") : preview(task.error ?? ""),
            url: "/dashboard/tasks",
            group: `task:${task.id}`,
          },
        ]
      : [],
  "command.settled": ({ command, team_id }) =>
    command.reason === "dead"
      ? [
          {
            to: { bot: { id: command.bot_id, team_id }, sender: command.created_by },
            kind: "command_failed",
            title: `Undeliverable command: ${command.type}`,
            body: `Bot ${command.bot_id} got the command ${command.attempts} times and never acknowledged it.`,
            url: `/dashboard/bots/${encodeURIComponent(command.bot_id)}?tab=commands`,
            group: `command:${command.bot_id}`,
          },
        ]
      : [],
};
