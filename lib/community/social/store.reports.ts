/** Faults that the app reported. */

import { query, type Row, readPage, transaction } from "@/lib/core/db";
import { afterNumber } from "@/lib/core/pages";
import { CARD_COLUMNS, type CommunityCard, communityCards } from "@/lib/identity/accounts";
import { REPORTS_MAX } from "./contract.hub";

type ReportRow = Row<"app_error"> & CommunityCard;

/** Adds a report, and removes the oldest beyond those that are kept. @returns its number */
const add = (row: Omit<Row<"app_error">, "seq">): Promise<number> =>
  transaction(async (trx) => {
    const { seq } = await trx.insertInto("app_error").values(row).returning("seq").executeTakeFirstOrThrow();
    await trx
      .deleteFrom("app_error")
      .where("seq", "<=", (eb) =>
        eb.selectFrom("app_error").select("seq").orderBy("seq", "desc").limit(1).offset(REPORTS_MAX),
      )
      .execute();
    return seq;
  });

const page = ({ limit, cursor }: { limit: number; cursor?: string }) =>
  readPage(
    query()
      .selectFrom("app_error as a")
      .innerJoin(communityCards().as("p"), "p.id", "a.user_id")
      .select(["a.seq", "a.user_id", "a.kind", "a.message", "a.detail", "a.platform", "a.app_version", "a.at"])
      .select(CARD_COLUMNS)
      .$castTo<ReportRow>(),
    { by: ["a.seq"], direction: "desc" },
    { after: afterNumber(cursor), limit },
  );

export const createReportStore = () => ({ add, page });
export type ReportStore = ReturnType<typeof createReportStore>;
