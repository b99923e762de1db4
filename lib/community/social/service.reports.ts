/** Fault reports of the app: people send them with their consent, admins read them. */

import { type Actor, asAdmin } from "@/lib/core/actor";
import { type Clock, iso } from "@/lib/core/clock";
import { readJson, writeJson } from "@/lib/core/format/json";
import { rowsOf, shownPage } from "@/lib/core/pages";
import { personOf } from "@/lib/identity/accounts";
import type { Report } from "./contract.hub";
import { asMember, type DemandMember } from "./service.members";
import type { ReportStore } from "./store.reports";

type Deps = { store: ReportStore; demandMember: DemandMember; now: Clock };

export function createReports({ store, demandMember, now }: Deps) {
  return {
    /** @throws FORBIDDEN for people who are no members */
    async report(actor: Actor, { error, context, logs, device }: Report) {
      const { user_id } = await asMember(demandMember, actor, "operate");
      const { type, message, stackTrace: stack, timestamp: happened } = error;
      const report_id = await store.add({
        ...{ user_id, kind: type, message, at: now() },
        ...{ platform: device?.platform ?? "", app_version: device?.app_version ?? "" },
        detail: writeJson({ stack, happened, context, logs, device }),
      });
      return { success: true as const, message: "Thank you: the admins can read your report", report_id };
    },

    /** @throws FORBIDDEN for everybody but admins */
    async list(actor: Actor, query: { limit: number; cursor?: string }) {
      asAdmin(actor);
      const { items, next_cursor } = shownPage(await store.page(query), (row) => ({
        ...{ report_id: row.seq, reported_by: personOf(row), type: row.kind, message: row.message },
        ...{ platform: row.platform, app_version: row.app_version, at: iso(row.at) },
        detail: readJson<Record<string, unknown>>(row.detail),
      }));
      return { reports: rowsOf(items), count: items.length, next_cursor };
    },
  };
}
