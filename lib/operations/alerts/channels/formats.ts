/** Builds the HTTP request that sends an alert to each kind of channel. */
import { createHash } from "node:crypto";
import { cutText } from "@/lib/core/format/text";
import { signedHeaders } from "@/lib/core/outbound/signed";
import type { Alert, Severity } from "@/lib/operations/alerts/contract";
import type { Event } from "@/lib/operations/alerts/engine/announce";

/**
 * `url`: the alert's page. `link`: the address of the alert's own link, if it has one. `id`: the message's id, which a retry
 * keeps.
 */
export type Note = { id: string; event: Event; at: number; alert: Alert; url: string; link?: string };
/** A channel's address in the form in which it is sealed. */
export type Address = {
  url?: string;
  secret?: string;
  email?: string;
  bot_token?: string;
  chat_id?: string;
};
export type Written = { url: string; headers: Record<string, string>; body: string; trusted: boolean };

/** Marks each severity by shape, colour and word, so that it can be recognised without seeing colours. */
const MARK: Record<Severity, { sign: string; color: number }> = {
  low: { sign: "●", color: 0x3b82f6 },
  medium: { sign: "▲", color: 0xd97706 },
  high: { sign: "◆", color: 0xea580c },
  critical: { sign: "■", color: 0xdc2626 },
};
const GREEN = 0x16a34a;

/** Writes a headline such as "▲ High alert: 3 bots are offline". */
export function headline({ event, alert }: Pick<Note, "event" | "alert">): string {
  if (event === "resolved") return `✓ Resolved: ${alert.message}`;
  if (event === "test") return `✓ Test: ${alert.message}`;
  const word = alert.severity[0]!.toUpperCase() + alert.severity.slice(1);
  const { sign } = MARK[alert.severity];
  const lower = `${word.toLowerCase()} alert`;
  const called: Record<Exclude<Event, "resolved" | "test">, string> = {
    raised: `${word} alert`,
    again: `Again, ${lower}`,
    flapping: `${word} alert is flapping`,
    escalated: `Escalated, ${lower}`,
  };
  return `${sign} ${called[event]}: ${alert.message}`;
}

const colorOf = ({ event, alert }: Note) =>
  event === "resolved" || event === "test" ? GREEN : MARK[alert.severity].color;

function facts({ alert, link }: Note): [string, string][] {
  return [
    ["Severity", alert.severity],
    ["State", alert.state],
    ["From", alert.source_name],
    ...(alert.members > 1
      ? [["About", `${alert.open_members} of ${alert.members} still in trouble`] as [string, string]]
      : []),
    ...(alert.count > 1 ? [["Times", String(alert.count)] as [string, string]] : []),
    ...(link ? [["Lines", link] as [string, string]] : []),
  ];
}

/** Writes a webhook in our own format, signed as standardwebhooks.com specifies. */
function webhook(address: Address, note: Note): Written {
  const body = JSON.stringify({
    type: `alert.${note.event}`,
    timestamp: new Date(note.at).toISOString(),
    data: { alert: note.alert, url: note.url },
  });
  return {
    url: address.url!,
    headers: signedHeaders({ id: note.id, at: note.at, body }, [address.secret!]),
    body,
    trusted: false,
  };
}

function discord(address: Address, note: Note): Written {
  return json(address.url!, {
    username: "Muster",
    // Disable mentions: a bot's name may contain one, and must not notify anyone.
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cutText(headline(note), 256),
        url: /^https?:/.test(note.url) ? note.url : undefined,
        color: colorOf(note),
        timestamp: new Date(note.at).toISOString(),
        fields: facts(note).map(([name, value]) => ({ name, value: cutText(value, 1024), inline: true })),
      },
    ],
  });
}

/** Escapes the three characters that are special to Slack. */
const slackText = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function slack(address: Address, note: Note): Written {
  // Cut the text before it is escaped: half of an entity would be shown as literal characters.
  const text = slackText(cutText(headline(note), 1000));
  return json(address.url!, {
    text,
    attachments: [
      {
        color: `#${colorOf(note).toString(16).padStart(6, "0")}`,
        fallback: text,
        fields: facts(note).map(([title, value]) => ({ title, value: slackText(cutText(value, 1000)), short: true })),
        actions: [{ type: "button", text: "Open", url: note.url }],
        ts: Math.floor(note.at / 1000),
      },
    ],
  });
}

function telegram(address: Address, note: Note, base: string): Written {
  const lines = facts(note).map(([name, value]) => `${name}: ${value}`);
  return {
    ...json(`${base}/bot${address.bot_token}/sendMessage`, {
      chat_id: address.chat_id,
      // Send plain text, so that no character of a bot's name acts as formatting.
      text: cutText([headline(note), "", ...lines, note.url].join("\n"), 4096),
      link_preview_options: { is_disabled: true },
      disable_notification: note.alert.severity === "low",
    }),
    trusted: true,
  };
}

const json = (url: string, body: unknown): Written => ({
  url,
  headers: { "content-type": "application/json", "user-agent": "Muster" },
  body: JSON.stringify(body),
  trusted: false,
});

/** Builds the request that sends a note to a channel reached by HTTP. */
export function written(
  kind: "webhook" | "discord" | "slack" | "telegram",
  address: Address,
  note: Note,
  telegramBase: string,
): Written {
  if (kind === "webhook") return webhook(address, note);
  if (kind === "discord") return discord(address, note);
  return kind === "slack" ? slack(address, note) : telegram(address, note, telegramBase);
}

/** Builds the email that reports a note. */
export function mailOf(note: Note): { subject: string; text: string } {
  const subject = headline(note).replace(/\s+/g, " ");
  const lines = facts(note).map(([name, value]) => `${name}: ${value}`);
  return { subject: cutText(subject, 200), text: [headline(note), "", ...lines, "", note.url, ""].join("\n") };
}

/** Identifies a triggered alert until it is resolved: alerts with the same source and the same `what` are one alert. */
export const fingerprint = (source: string, ...what: string[]): string =>
  `${source}:${createHash("sha256").update(what.join("\n")).digest("hex")}`;
