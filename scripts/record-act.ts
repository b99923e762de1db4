/** Records what the command line does in the audit log, as an act of the command line. */
import { existsSync } from "node:fs";
import { type ActDescription, noteAct } from "@/lib/core/acts";
import { connect, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { createAudit } from "@/lib/identity/audit";

/**
 * Writes the record, or says on stderr that there is none. The act itself does not depend on it: these commands are for
 * the hour in which the server or its database does not answer. Close the database afterwards.
 */
export async function recordAct(action: string, description: ActDescription): Promise<void> {
  createAudit();
  try {
    if (env.provider === "sqlite" && !existsSync(sqliteFile())) throw new Error(`there is no database ${sqliteFile()}`);
    await connect();
    await noteAct(action, description);
  } catch (error) {
    console.error(`The audit log has no record of this: ${(error as Error).message}`);
  }
}
