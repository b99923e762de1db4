/** Rules of attachments: who may upload and read them. A file belongs to its uploader until a message names it. */

import type { Attachment } from "@/lib/community/tickets/contract";
import { seesNote } from "@/lib/community/tickets/policy";
import { toAttachment } from "@/lib/community/tickets/rows";
import { type Common, type Deps, notOpen, ticketTarget } from "@/lib/community/tickets/service.common";
import type { Actor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError } from "@/lib/core/errors";
import { CONTENT_TYPES, fileName, isInline, judge } from "./types";

export const MAX_FILES_PER_TICKET = 100;
/** The most uploads at a time in this process, because each may use as much disk space as one file may have. */
const MAX_UPLOADS = 50;

/** A file as it is sent out. */
export type Download = {
  stream: AsyncIterable<Uint8Array>;
  name: string;
  contentType: string;
  size: number;
  inline: boolean;
};

const noFile = () => new AppError("NOT_FOUND", "No such file in this ticket");

export function createAttachments({ files, disk, now, newId, maxFileBytes }: Deps, common: Common) {
  let underway = 0;

  return {
    /**
     * Stores a file for a later message. Rights are checked before anything is read.
     *
     * @param open reads the request: what the file is called, and its bytes
     * @throws AppError INVALID_INPUT empty, or of a type that is not taken
     * @throws AppError PAYLOAD_TOO_LARGE over the limit
     * @throws AppError CONFLICT the ticket is closed, or has as many files as it may
     */
    async upload(
      actor: Actor,
      ticketId: string,
      open: (max: number) => Promise<{ name: string | undefined; bytes: AsyncIterable<Uint8Array> }>,
    ): Promise<Attachment> {
      const { party, row } = await common.reach(actor, ticketId, "operate");
      const full = () => new AppError("CONFLICT", `A ticket holds at most ${MAX_FILES_PER_TICKET} files`);
      if (row.status === "closed") throw notOpen(row);
      if ((await files.count(ticketId)) >= MAX_FILES_PER_TICKET) throw full();
      if (underway >= MAX_UPLOADS)
        throw new AppError("UNAVAILABLE", "Too many uploads are in progress; try again", undefined, 2);
      underway++;
      try {
        const { name, bytes } = await open(maxFileBytes);
        const saved = await disk.save(bytes, maxFileBytes);
        const type = await judge(saved.head, saved.isText).catch(() => null);
        if (!type) {
          await disk.remove([saved.file]);
          throw new AppError("INVALID_INPUT", `file: its content is none of ${CONTENT_TYPES.join(", ")}`, {
            field: "file",
          });
        }
        const stored = {
          ...{ id: newId("file"), ticket_id: ticketId, message_id: null, uploader: party.reader },
          ...{ name: fileName(name, type), type, size: saved.size, file: saved.file, at: now() },
        };
        describeAct({ target: ticketTarget(row), after: { name: stored.name, type: stored.type, size: stored.size } });
        const outcome = await files.add(stored, MAX_FILES_PER_TICKET).catch(async (error) => {
          await disk.remove([saved.file]);
          throw error;
        });
        if (outcome === "stored") return toAttachment(stored);
        await disk.remove([saved.file]);
        throw outcome === "full" ? full() : await common.refusal(ticketId);
      } finally {
        underway--;
      }
    },

    /** @throws AppError NOT_FOUND also for files of notes, to those who do not see notes, and for others' unsent files */
    async download(actor: Actor, ticketId: string, id: string): Promise<Download> {
      const { party } = await common.reach(actor, ticketId, "read");
      const row = await files.find(ticketId, id);
      const hidden = !row || (row.note === null ? row.uploader !== party.reader : !seesNote(party.notes, row.note));
      if (hidden) throw noFile();
      return {
        stream: await disk.read(row.file),
        name: row.name,
        contentType: row.type,
        size: row.size,
        inline: isInline(row.type),
      };
    },

    /** Removes a file that no message names yet. @throws NOT_FOUND */
    async takeBack(actor: Actor, ticketId: string, id: string) {
      const { party, row: ticket } = await common.reach(actor, ticketId, "operate");
      const row = await files.find(ticketId, id);
      if (row) describeAct({ target: ticketTarget(ticket), before: { name: row.name, type: row.type } });
      if (!row || row.uploader !== party.reader || !(await files.removePending(id))) throw noFile();
      await disk.remove([row.file]);
      return { success: true as const };
    },
  };
}
