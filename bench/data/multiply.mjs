/**
 * Makes a PostgreSQL of tens of millions of logs out of one with a million. The rows are copied with other numbers and times, so they and
 * the entries of the index are still those that the server wrote; writing all of them through its stores would take half an hour.
 */
import pg from "pg";
import { WORDS } from "./rows.mjs";

const SPAN_MS = 20 * 86_400_000;
const TABLES = ["log", "log_fts"];

/** Takes the indexes of a table away, and returns the statements that make them again. A primary key stays. */
async function dropIndexes(client, table) {
  const { rows } = await client.query(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = $1 AND indexname NOT IN
       (SELECT conname FROM pg_constraint WHERE contype = 'p')`,
    [table],
  );
  for (const { indexname } of rows) await client.query(`DROP INDEX "${indexname}"`);
  return rows.map(({ indexdef }) => indexdef);
}

/**
 * @param {string} url a database with `present` logs, whose numbers are 1 to `present`
 * @param {number} wanted a multiple of `present`
 */
export async function multiplyLogs(url, present, wanted) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const setting of ["maintenance_work_mem = '1GB'", "work_mem = '256MB'", "synchronous_commit = off"])
      await client.query(`SET ${setting}`);
    const indexes = [];
    for (const table of TABLES) indexes.push(...(await dropIndexes(client, table)));
    const began = Date.now() - SPAN_MS;
    await client.query(`UPDATE log SET at = ${began} + seq * ${SPAN_MS / wanted}`);
    for (let copy = 1; copy < wanted / present; copy++) {
      const offset = copy * present;
      // The oldest log has a word that no other has.
      const rest = `seq <= ${present} AND message NOT LIKE '%${WORDS.oldest}%'`;
      await client.query(
        `INSERT INTO log (seq, bot_id, owner_id, type, message, metadata, at, event_at)
         SELECT seq + ${offset}, bot_id, owner_id, type, message, metadata, at + ${(offset * SPAN_MS) / wanted}, event_at
         FROM log WHERE ${rest}`,
      );
      await client.query(
        `INSERT INTO log_fts (seq, doc, owner_id, bot_id)
         SELECT f.seq + ${offset}, f.doc, f.owner_id, f.bot_id FROM log_fts f JOIN log ON log.seq = f.seq
         WHERE f.${rest.replaceAll("message", "log.message")}`,
      );
      if (copy % 5 === 0) process.stderr.write(`  ${((copy + 1) * present) / 1e6}M\n`);
    }
    for (const definition of indexes) {
      process.stderr.write(`  ${definition}\n`);
      await client.query(definition);
    }
    await client.query(`SELECT setval(pg_get_serial_sequence('log', 'seq'), ${wanted})`);
    await client.query(`UPDATE setting SET value = '${wanted}' WHERE key = 'search.log'`);
    await client.query(`UPDATE bot SET total_logs = total_logs * ${wanted / present}`);
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}
