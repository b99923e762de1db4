import type { Writer } from "@/lib/core/db/ingest";

/**
 * An ingest writer of bare log rows, for tests of the database room. The message "refused" is refused by the writer,
 * "broken" by the database (a column that must not be null).
 */
export const insertLogs: Writer<{ message: string }, number> = async (tx, jobs) => {
  const results: (number | Error)[] = [];
  for (const { message } of jobs) {
    if (message === "refused") results.push(new Error("this job is refused"));
    else
      results.push(
        await tx.run("INSERT INTO log (bot_id, type, message, at) VALUES ($1, $2, $3, $4)", [
          "bot",
          message === "broken" ? null : "info",
          message,
          Date.now(),
        ]),
      );
  }
  return results;
};
