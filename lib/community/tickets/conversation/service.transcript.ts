/** Rules of transcripts: who may download one, and the email sent when a ticket closes. */

import type { TicketMessage } from "@/lib/community/tickets/contract";
import type { Notes } from "@/lib/community/tickets/policy";
import { type TicketRow, toFact } from "@/lib/community/tickets/rows";
import type { Common, Deps } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import type { Mail } from "@/lib/core/mail";
import { type Cursor, rowsOf } from "@/lib/core/pages";
import { transcript } from "./transcript";

const PAGE = 200;
/** The most characters of a transcript in an email. The whole transcript can be downloaded. */
const MAIL_MAX = 262_144;

export type TranscriptDeps = Deps & { sendMail: (mail: Mail) => Promise<unknown>; onError: (error: unknown) => void };

export function createTranscripts(deps: TranscriptDeps, common: Common) {
  const { messages, people, settings, now, sendMail, onError } = deps;

  async function* pages(ticketId: string, notes: Notes): AsyncGenerator<TicketMessage[]> {
    let after: Cursor | undefined;
    do {
      const { rows, next } = await messages.page(ticketId, notes, { limit: PAGE, after, direction: "asc" });
      if (rows.length > 0) yield await common.shown(rowsOf(rows));
      after = next;
    } while (after);
  }

  /** Returns the whole text, cut between two messages if it is too long. */
  async function text(row: TicketRow, format: "html" | "txt"): Promise<string> {
    const about = { ticket: toFact(row), notes: false, writtenAt: iso(now()) };
    let size = 0;
    async function* bounded() {
      for await (const page of pages(row.id, "none")) {
        const fits: TicketMessage[] = [];
        for (const message of page) {
          size += message.content.length + 300;
          if (size > MAIL_MAX) break;
          fits.push(message);
        }
        yield fits;
        if (size > MAIL_MAX) return;
      }
    }
    let whole = "";
    for await (const part of transcript(format, about, bounded())) whole += part;
    return whole;
  }

  async function mail(row: TicketRow): Promise<void> {
    if (row.owner_id === null || !(await settings()).transcript_enabled) return;
    const person = await people.person(row.owner_id);
    if (!person?.active) return;
    await sendMail({
      kind: "transcript",
      to: person.email,
      subject: cutText(`Ticket #${row.seq} was closed: ${row.subject.replace(/\s+/g, " ")}`, 200),
      text: await text(row, "txt"),
      html: await text(row, "html"),
    });
  }

  return {
    /**
     * The conversation as a download.
     *
     * @throws AppError FORBIDDEN  transcripts are switched off and the caller is not staff
     */
    async transcript(actor: Actor, ticketId: string, { format, notes }: { format: "html" | "txt"; notes: boolean }) {
      const { party, row } = await common.reach(actor, ticketId, "read");
      if (!party.staff && !(await settings()).transcript_enabled)
        throw new AppError("FORBIDDEN", "Transcripts are turned off on this server");
      const withNotes = party.staff && notes;
      const about = { ticket: toFact(row), notes: withNotes, writtenAt: iso(now()) };
      return {
        filename: `ticket-${row.seq}.${format}`,
        stream: transcript(format, about, pages(ticketId, withNotes ? party.notes : "none")),
      };
    },

    /**
     * Emails the transcript to the requester, if transcripts are on. It runs in the background, once: if the process
     * ends at that moment, no email is sent, but the transcript can still be downloaded.
     */
    mailTranscript: (row: TicketRow): void => void setImmediate(() => void mail(row).catch(onError)),
  };
}
