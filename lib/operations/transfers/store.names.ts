/** Adds the names of people to transfers. */
import type { Queries } from "@/lib/core/db";
import { userNames } from "@/lib/identity/accounts";
import type { TaskRow } from "./rows";

export const joined = (queries: Queries) =>
  queries
    .selectFrom("transfer as t")
    .innerJoin(userNames(queries).as("u"), "u.id", "t.owner_id")
    .leftJoin("contact as c", (join) =>
      join.onRef("c.owner_id", "=", "t.owner_id").onRef("c.outside_id", "=", "t.requested_for"),
    );

/** Rows with their owner's name, and their contact's. */
export const withNames = (queries: Queries) =>
  joined(queries).selectAll("t").select(["u.username", "c.name as contact_name"]).$castTo<TaskRow>();
