/** What stores see of either database, and how both say that they cannot write at the moment. */
import { unavailable } from "@/lib/errors";
import { logger } from "@/lib/logger";

/** A value both drivers bind. JSON goes in as text. */
export type Param = string | number | null;

/** Statements use `$1`, `$2`… on both databases. Rows come back as plain objects; integers as numbers. */
export interface Sql {
  readonly provider: "sqlite" | "postgresql";
  all<Row>(text: string, params?: readonly Param[]): Promise<Row[]>;
  /** Number of rows changed. */
  run(text: string, params?: readonly Param[]): Promise<number>;
}

export interface Database extends Sql {
  /** Runs `work` in one transaction, alone among this process's writers on SQLite. Rolls back when it throws. */
  write<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const isBusy = (error: unknown) =>
  /SQLITE_(BUSY|LOCKED)|database is locked/.test(
    String((error as Error)?.message ?? error) + (error as { code?: string })?.code,
  );
const isFull = (error: unknown) =>
  /SQLITE_(FULL|READONLY|IOERR|CANTOPEN)|disk is full|readonly database|disk I\/O/.test(
    String((error as Error)?.message ?? error) + (error as { code?: string })?.code,
  );

/** What the database itself refuses for the moment becomes 503; everything else stays what it is. */
export function translate(error: unknown): unknown {
  if (isBusy(error)) return unavailable("The database is busy; try again");
  if (isFull(error)) {
    logger.error({ err: error }, "the database cannot be written");
    return unavailable("The database cannot be written at the moment; nothing was stored", 10);
  }
  const code = (error as { code?: string })?.code ?? "";
  // PostgreSQL: connection exceptions, out of resources, shutting down, serialisation; pg's own errors have no code.
  if (
    /^(08|53|57P|40001|40P01|25006)/.test(code) ||
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/.test(code) ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(
      String((error as Error)?.message),
    )
  ) {
    logger.warn({ err: error }, "the database is not available");
    return unavailable("The database is not available at the moment; nothing was stored", 2);
  }
  return error;
}
