/** The audit log as a file, read page by page as the list shows it. */
import type { z } from "zod";
import type { Actor } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { type Download, rowsFile } from "@/lib/core/format/rows-file";
import { type AuditEntry, type AuditQuery, type exportAudit, PAGE_MAX } from "./contract";

type Page = { entries: AuditEntry[]; next_cursor: string | null };
type Deps = { list(actor: Actor, query: AuditQuery): Promise<Page>; now: Clock };

/** The columns of the CSV, and where each is in an entry. */
const COLUMNS: [name: string, value: (entry: AuditEntry) => unknown][] = [
  ["id", ({ id }) => id],
  ["at", ({ at }) => at],
  ["action", ({ action }) => action],
  ["outcome", ({ outcome }) => outcome],
  ["code", ({ code }) => code],
  ["by_kind", ({ by }) => by.kind],
  ["by_id", ({ by }) => by.id],
  ["by_name", ({ by }) => by.name],
  ["key_id", ({ by }) => by.key_id],
  ["address", ({ from }) => from.address],
  ["user_agent", ({ from }) => from.user_agent],
  ["target_type", ({ target }) => target?.type],
  ["target_id", ({ target }) => target?.id],
  ["target_name", ({ target }) => target?.name],
  ["bot_id", ({ bot_id }) => bot_id],
  ["team_id", ({ team_id }) => team_id],
  ["before", ({ before }) => before],
  ["after", ({ after }) => after],
  ["fields", ({ fields }) => fields],
  ["request_id", ({ request_id }) => request_id],
  ["position", ({ seal }) => seal?.position],
  ["hash", ({ seal }) => seal?.hash],
];

export function createAuditExport({ list, now }: Deps) {
  /** The pages after the first, which was read before the answer began so that a refusal is answered as one. */
  async function* pages(actor: Actor, query: AuditQuery, first: Page, limit: number) {
    let page = first;
    for (let left = limit; ; ) {
      yield page.entries.slice(0, left);
      left -= page.entries.length;
      if (page.next_cursor === null || left <= 0) return;
      await yieldToEventLoop();
      page = await list(actor, { ...query, cursor: page.next_cursor });
    }
  }

  return {
    /**
     * Writes the entries that the list shows for the same filters as a file, newest first.
     *
     * @throws AppError as the list
     */
    async exportAudit(actor: Actor, asked: z.output<typeof exportAudit.query>): Promise<Download> {
      const { limit, format, bom, ...filters } = asked;
      const query: AuditQuery = { ...filters, limit: Math.min(limit, PAGE_MAX) };
      const first = await list(actor, query);
      const exportedAt = iso(now());
      return rowsFile(pages(actor, query, first, limit), {
        ...{ name: "audit", list: "entries", botId: filters.bot_id, exportedAt, format, bom },
        columns: COLUMNS.map(([name]) => name),
        cellsOf: (entry) => COLUMNS.map(([, value]) => value(entry) ?? null),
      });
    },
  };
}
