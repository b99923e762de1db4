/** Filters of the audit log. */
import { expect, it } from "vitest";
import { exportAudit, listAudit } from "./contract";

it("refuses ids of teams that the databases cannot even look up", () => {
  for (const { query } of [listAudit, exportAudit]) {
    expect(query.safeParse({ team_id: String(2 ** 31 - 1) }).success).toBe(true);
    expect(query.safeParse({ team_id: String(2 ** 31) }).success).toBe(false);
  }
});
