/** Reads one ticket for its reader, and the options that forms need. */
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { rowsOf } from "@/lib/core/pages";
import { ATTACHMENTS_PER_MESSAGE, type TicketDetail } from "./contract";
import { MAX_FILES_PER_TICKET } from "./files/service";
import { CONTENT_TYPES } from "./files/types";
import { partyOf } from "./policy";
import { type Common, type Deps, openLimit } from "./service.common";

/** The number of messages in the reply for one ticket. */
const DETAIL_MESSAGES = 100;

export function createReading(deps: Deps, common: Common) {
  const { tickets, messages, settings, maxFileBytes } = deps;
  return {
    /** Returns what forms need: types, limits and accepted files. */
    async options(actor: Actor) {
      const party = partyOf(actor, "read");
      const { categories, ...set } = await settings();
      return {
        enabled: set.enabled,
        max_open_per_user: (await openLimit(deps, party)).max,
        auto_close_hours: set.auto_close_hours,
        transcript_enabled: set.transcript_enabled,
        types: [...categories],
        open_count: await tickets.countOpen(party.reader),
        attachments: {
          max_bytes: maxFileBytes,
          max_per_message: ATTACHMENTS_PER_MESSAGE,
          max_per_ticket: MAX_FILES_PER_TICKET,
          content_types: CONTENT_TYPES,
        },
      };
    },

    /** @throws AppError NOT_FOUND, FORBIDDEN as `reach` */
    async get(actor: Actor, id: string): Promise<TicketDetail> {
      const { party, row } = await common.reach(actor, id, "read");
      const latest = await messages.page(id, party.notes, { limit: DETAIL_MESSAGES, direction: "desc" });
      const reads = await messages.reads(id, party.notes);
      return {
        ...(await common.view(row, party)),
        messages: await common.shown(rowsOf(latest.rows).reverse()),
        next_cursor: latest.next ? String(latest.next[0]) : null,
        read_seq: reads.find((one) => one.reader === party.reader)?.seq ?? 0,
        reads: reads
          .filter((one) => one.reader !== party.reader)
          .map((one) => ({
            user_id: one.reader.slice(1),
            user_name: one.name,
            last_read: iso(one.at),
            last_seq: one.seq,
          })),
      };
    },
  };
}
