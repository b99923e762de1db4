/** `npm run admin -- <command>`: what an admin does on the server's own machine. Built to dist/admin.mjs. */
import { existsSync } from "node:fs";
import { connect, disconnect, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { derivedKey, hashToken, hasOldSecretKey, reseal } from "@/lib/core/secrets";
import { diskReport, diskText } from "./admin/disk";
import { passwordLink } from "./admin/password";
import { dueRows, pruneNow } from "./admin/prune";
import { linkedStatusPages, removeRecoveryCodes, rotateKey } from "./admin/rotate-key";
import { recordAct } from "./record-act";

const HELP = `usage: npm run admin -- <command>

  password <username>    make a link by which this person sets a new password; works once, for a day
  rotate-key             encrypt everything that was encrypted with the old secret key with the present one
  disk [--json]          what takes room: tables of the database, attachments, transfers, backups
  prune [--dry-run]      apply the retention policy now; with --dry-run only count

DATA_DIR, DATABASE_URL and SECRET_KEY must be as the server has them, which may be running.`;

const NO_OLD_KEY = `there is no old key. Set SECRET_KEY_OLD to the present SECRET_KEY and SECRET_KEY to a new one; or, if the key is
in ${env.DATA_DIR}/secret.key, rename that file to secret.key.old. Then restart the server and repeat this`;

function fail(text: string): never {
  console.error(`admin: ${text}`);
  process.exit(1);
}

function usage(code: number): never {
  console.log(HELP);
  process.exit(code);
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
Now:
- Keep the old key beside the backups that were taken with it, remove SECRET_KEY_OLD or secret.key.old, and restart the server.
- Sessions in browsers, API keys and bots' tokens go on. Access tokens (JWT) of apps and links that were not opened ended with
  the restart: those people sign in again, and a next sign-in is reported to its owner as from a new device.
- ${people} people had recovery codes, which are removed: ask them to make new ones on their account page.
- ${pages} status pages that are shared by a link have another address.
- Audit entries from before the new key are reported as "other_key" when the log is verified with the new key alone.`);
  if (unreadable > 0) fail(`${unreadable} values open with neither key, and were left as they are`);
}

async function password(username: string): Promise<void> {
  const { user, link } = await passwordLink(username);
  await recordAct("createResetLink", {
    target: { type: "user", id: user.id, name: user.username },
    after: { delivery: "link" },
  });
  console.log(link);
  console.error(
    "It works once, for a day. Setting the password ends the account's sessions and API keys; its second factor is asked for as always.",
  );
}

async function disk(isJson: boolean): Promise<void> {
  const report = await diskReport();
  console.log(isJson ? JSON.stringify(report, null, 2) : diskText(report));
}

async function prune(isDryRun: boolean): Promise<void> {
  const due = await dueRows(Date.now());
  if (due.length === 0) console.log("The retention policy keeps everything.");
  if (isDryRun) {
    for (const { rule, rows } of due) console.log(`${String(rows).padStart(10)}  ${rule}`);
    return;
  }
  const removed = await pruneNow(Date.now());
  await recordAct("pruneNow", { target: { type: "settings", id: "retention" }, after: removed });
  for (const [table, rows] of Object.entries(removed)) console.log(`${String(rows).padStart(10)}  ${table}s removed`);
}

/** Returns what the command line asks for; undefined when it is none of the commands. */
function parsed([command, ...rest]: string[]): (() => Promise<void>) | undefined {
  const [first] = rest;
  if (command === "password" && rest.length === 1 && !first!.startsWith("-")) return () => password(first!);
  if (command === "rotate-key" && rest.length === 0) return rotate;
  const flag = ({ disk: "--json", prune: "--dry-run" } as Record<string, string>)[command ?? ""];
  if (!flag || rest.length > 1 || (rest.length === 1 && first !== flag)) return undefined;
  return () => (command === "disk" ? disk : prune)(rest.length === 1);
}

const run = parsed(process.argv.slice(2));
if (!run) usage(process.argv[2] === "--help" ? 0 : 64);
if (env.provider === "sqlite" && !existsSync(sqliteFile()))
  fail(`there is no database ${sqliteFile()}: set DATA_DIR or DATABASE_URL as the server has it`);
try {
  await connect();
  await run();
} catch (error) {
  fail((error as Error).message);
} finally {
  await disconnect();
}
process.exit();
