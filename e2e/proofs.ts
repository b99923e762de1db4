/** Ages the sessions of a server, so that journeys see the console ask for a fresh proof. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Lets every session's last proof be long ago. @param folder the server's data folder */
export function forgetProofs(folder: string): void {
  const database = new DatabaseSync(join(folder, "muster.db"), { timeout: 5000 });
  database.exec("UPDATE session SET proved_at = 0");
  database.close();
}
