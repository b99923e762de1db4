/** Facts about tickets that other rooms show. */
import { query } from "@/lib/core/db";

/** Tickets ever opened, and those that are not closed. */
export const countTickets = (): Promise<{ total: number; open: number }> =>
  query()
    .selectFrom("ticket")
    .select((eb) => [
      eb.fn.countAll<number>().as("total"),
      eb.fn.countAll<number>().filterWhere("status", "<>", "closed").as("open"),
    ])
    .executeTakeFirstOrThrow();
