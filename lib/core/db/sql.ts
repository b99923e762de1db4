/** The database interface of stores, the same for both databases, and the mapping of their transient errors. */
import { unavailable } from "@/lib/core/errors";
import { logger } from "@/lib/core/log/logger";
import { spendReserve } from "./reserve";
import { sqliteCode } from "./sqlite";

/** A value that both drivers can bind. JSON is passed as text. */
export type Param = string | number | null;

/** Statements use `$1`, `$2`… on both databases. Rows come back as plain objects; integers as numbers. */
export interface Sql {
  readonly provider: "sqlite" | "postgresql";
  /**
   * @param isReplanned makes PostgreSQL plan the statement for these parameters, every time. Set it where the best plan depends
   *   on them; other statements are planned once per connection.
   */
  all<Row>(text: string, params?: readonly Param[], isReplanned?: boolean): Promise<Row[]>;
  /** Number of rows changed. */
  run(text: string, params?: readonly Param[]): Promise<number>;
}

export interface Database extends Sql {
  /**
   * Runs `work` in one transaction, on SQLite while no other writer of this process runs. Rolls back when it throws.
   */
  write<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * How long to wait for another program's transaction. The limit holds for all waiting writers together, because they
 * queue.
 */
const BUSY_MS = 5_000;
const LOOK_MS = 10;
let heldSince: number | undefined;

/**
 * Makes `attempt` again while another program holds the SQLite file. The driver's own waiting would hold up the whole
 * process: it is synchronous.
 * @throws what the driver says when it is still held after some seconds; nothing was done
 */
export async function patiently<T>(attempt: () => T): Promise<T> {
  for (;;) {
    try {
      const value = attempt();
      heldSince = undefined;
      return value;
    } catch (error) {
      if (!isBusy(error)) throw error;
      heldSince ??= Date.now();
      if (Date.now() - heldSince >= BUSY_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

type Cause = { kind?: string; code?: string; originalMessage?: string };
/** Returns a driver error's text, which Prisma's adapters keep in `cause`. */
const wordsOf = (error: unknown): string => {
  const { message, code, cause } = (error ?? {}) as { message?: string; code?: string; cause?: Cause };
  return [message, code, sqliteCode(error), cause?.originalMessage].join(" ");
};
const isBusy = (error: unknown) => /SQLITE_(BUSY|LOCKED)|database is locked/.test(wordsOf(error));
const isFull = (error: unknown) =>
  /SQLITE_(FULL|READONLY|IOERR|CANTOPEN)|disk is full|readonly database|disk I\/O/.test(wordsOf(error));
/**
 * Errors of Prisma's adapters. Transaction conflicts are not among them: the code that began a transaction retries it.
 */
const AWAY = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;

/** Turns transient database errors into 503; leaves every other error as it is. */
export function translate(error: unknown): unknown {
  if (isBusy(error)) return unavailable("The database is busy; try again");
  if (isFull(error)) {
    if (sqliteCode(error) === "SQLITE_FULL") spendReserve();
    logger.error({ err: error }, "the database cannot be written");
    return unavailable("The database cannot be written at the moment; nothing was stored", 10);
  }
  const { cause } = (error ?? {}) as { cause?: Cause };
  const code = (error as { code?: string })?.code ?? (cause?.kind === "postgres" ? cause.code : "") ?? "";
  // PostgreSQL: connection exceptions, out of resources, shutting down, serialisation; pg's own errors have no code.
  if (
    /^(08|53|57P|40001|40P01|25006)/.test(code) ||
    AWAY.test(cause?.kind ?? "") ||
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
