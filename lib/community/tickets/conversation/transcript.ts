/** A ticket's conversation as a file: one self-contained HTML page, or plain text. Pure: messages in, text out. */

import type { TicketFact, TicketMessage } from "@/lib/community/tickets/contract";
import { escapeMarkup } from "@/lib/core/format/text";
import { sizeText } from "@/lib/core/format/units";

type Format = "html" | "txt";
type Pages = AsyncIterable<readonly TicketMessage[]>;
/** `notes`: the reader is staff, so private notes are included. */
type About = { ticket: TicketFact; notes: boolean; writtenAt: string };

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c1f23;background:#fff}
h1{font-size:1.3rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{color:#5b636d}dd{margin:0;overflow-wrap:anywhere}
article{margin:.8rem 0;padding:.6rem .8rem;border-radius:.5rem;background:#f2f4f6;overflow-wrap:anywhere}
article.staff{background:#e6effc}article.note{background:#fdf3d7}article.system{background:none;color:#5b636d;padding:0 .8rem;font-size:.9em}
header{font-size:.85em;color:#5b636d}header b{color:#1c1f23}p{margin:.2rem 0;white-space:pre-wrap}ul{margin:.3rem 0;padding-left:1.2rem}
@media (prefers-color-scheme:dark){body{color:#e4e7ea;background:#15181b}article{background:#20252a}article.staff{background:#1b2b42}
article.note{background:#3a3115}dt,header,article.system{color:#98a1ab}header b{color:#e4e7ea}}`;

const when = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
const title = ({ ticket_num, subject }: TicketFact) => `Ticket #${ticket_num}: ${subject}`;

function facts({ ticket, notes, writtenAt }: About): [string, string][] {
  return [
    ["Opened by", ticket.user_name],
    ["Opened", when(ticket.created_at)],
    ["Type", ticket.type],
    ["Status", ticket.status],
    ...(notes ? ([["Priority", ticket.priority]] as [string, string][]) : []),
    ...(notes && ticket.tags.length > 0 ? ([["Tags", ticket.tags.join(", ")]] as [string, string][]) : []),
    ...(ticket.assigned_name ? ([["Handled by", ticket.assigned_name]] as [string, string][]) : []),
    ...(ticket.closed_at ? ([["Closed", when(ticket.closed_at)]] as [string, string][]) : []),
    ...(ticket.close_reason ? ([["Reason", ticket.close_reason]] as [string, string][]) : []),
    ["Transcript of", when(writtenAt)],
  ];
}

const kind = (message: TicketMessage) =>
  message.is_system ? "system" : message.is_note ? "note" : message.is_admin ? "staff" : message.author_type;

function htmlMessage(message: TicketMessage): string {
  const files = message.attachments
    .map(({ name, size }) => `<li>${escapeMarkup(name)} (${sizeText(size)})</li>`)
    .join("");
  const mark = message.is_note ? " · private note" : message.is_admin ? " · staff" : "";
  return `<article class="${kind(message)}"><header><b>${escapeMarkup(message.author_name)}</b>${mark} · <time datetime="${message.timestamp}">${when(message.timestamp)}</time></header><p>${escapeMarkup(message.content)}</p>${files && `<ul>${files}</ul>`}</article>\n`;
}

function textMessage(message: TicketMessage): string {
  const mark = message.is_note ? " (private note)" : message.is_admin ? " (staff)" : "";
  const files = message.attachments.map(({ name, size }) => `\n  [file] ${name} (${sizeText(size)})`).join("");
  const lines = message.content.replace(/\r\n?/g, "\n").replaceAll("\n", "\n  ");
  return `[${when(message.timestamp)}] ${oneLine(message.author_name)}${mark}:\n  ${lines}${files}\n\n`;
}

/** Removes control characters, because they could make a terminal show text that nobody wrote. */
const plain = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a text file
  text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "\uFFFD");
const oneLine = (text: string) => text.replace(/\s+/g, " ");

/** Writes page by page, so that memory does not grow with the conversation. */
export async function* transcript(format: Format, about: About, pages: Pages): AsyncGenerator<string> {
  const head = facts(about);
  if (format === "txt") {
    yield plain(
      `${oneLine(title(about.ticket))}\n${head.map(([name, value]) => `${name}: ${oneLine(value)}`).join("\n")}\n\n`,
    );
    for await (const page of pages) yield plain(page.map(textMessage).join(""));
    return;
  }
  const list = head.map(([name, value]) => `<dt>${name}</dt><dd>${escapeMarkup(value)}</dd>`).join("");
  const name = escapeMarkup(title(about.ticket));
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title><style>${STYLE}</style></head>\n<body><h1>${name}</h1><dl>${list}</dl>\n<main>\n`;
  for await (const page of pages) yield page.map(htmlMessage).join("");
  yield "</main></body></html>\n";
}
