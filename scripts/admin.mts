/** `npm run admin -- <command>`: what an admin does on the server's own machine. Built to dist/admin.mjs. */
import { existsSync } from "node:fs";
import { connect, disconnect, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { derivedKey, hashToken, hasOldSecretKey, reseal } from "@/lib/core/secrets";
import { linkedStatusPages, removeRecoveryCodes, rotateKey } from "./admin/rotate-key";
import { recordAct } from "./record-act";

const HELP = `usage: npm run admin -- <command>

  rotate-key    encrypt everything that was encrypted with the old secret key with the present one

DATA_DIR, DATABASE_URL and SECRET_KEY must be as the server has them.`;

const NO_OLD_KEY = `there is no old key. Set SECRET_KEY_OLD to the present SECRET_KEY and SECRET_KEY to a new one; or, if the key is
in ${env.DATA_DIR}/secret.key, rename that file to secret.key.old. Then restart the server and repeat this`;

function fail(text: string): never {
  console.error(`admin: ${text}`);
  process.exit(1);
}

async function rotate(): Promise<void> {
  if (!hasOldSecretKey()) fail(NO_OLD_KEY);
  const counts = await rotateKey(reseal, () => process.stderr.write("."));
  process.stderr.write("\n");
  for (const { column, values, changed, unreadable } of counts)
    console.log(
      `${column.padEnd(24)} ${values} values, ${changed} encrypted again${unreadable.length ? `, ${unreadable.length} unreadable: ${unreadable.slice(0, 5).join(", ")}` : ""}`,
    );
  const people = await removeRecoveryCodes(hashToken(derivedKey("rotated key").toString("hex")).slice(0, 16));
  const changed = counts.reduce((sum, column) => sum + column.changed, 0);
  const unreadable = counts.reduce((sum, column) => sum + column.unreadable.length, 0);
  await recordAct("rotateSecretKey", {
    target: { type: "server", id: "secret_key" },
    after: { changed, unreadable, people_without_recovery_codes: people },
  });
  const pages = await linkedStatusPages();
  console.log(`
Every value was read back with the present key. Now:
- Keep the old key beside the backups that were taken with it, remove SECRET_KEY_OLD or secret.key.old, and restart the server.
- Sessions in browsers, API keys and bots' tokens go on. Access tokens (JWT) of apps and links that were not opened ended with
  the restart: those people sign in again, and a next sign-in is reported to its owner as from a new device.
- ${people} people had recovery codes, which are removed: ask them to make new ones on their account page.
- ${pages} status pages that are shared by a link have another address.
- Audit entries from before the new key are reported as "other_key" when the log is verified with the new key alone.`);
  if (unreadable > 0) fail(`${unreadable} values open with neither key, and were left as they are`);
}

const [command, ...rest] = process.argv.slice(2);
if (command !== "rotate-key" || rest.length > 0) {
  console.log(HELP);
  process.exit(command === "--help" ? 0 : 64);
}
if (env.provider === "sqlite" && !existsSync(sqliteFile()))
  fail(`there is no database ${sqliteFile()}: set DATA_DIR or DATABASE_URL as the server has it`);
try {
  await connect();
  await rotate();
} catch (error) {
  fail((error as Error).message);
} finally {
  await disconnect();
}
process.exit();
