/**
 * `npm run audit-log -- verify`: checks the chain of the audit log, with the server running or stopped. Exit code 1 when
 * it is broken. Built to dist/audit-log.mjs.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { connect, disconnect, sqliteFile } from "@/lib/core/db";
import { env } from "@/lib/core/env";
import { createAuditVerification } from "@/lib/identity/audit";
import type { ChainProblem } from "@/lib/identity/audit/contract.verify";

const HELP = `usage: npm run audit-log -- verify

  checks that no entry of the audit log was changed, deleted, added or moved; exit code 1 when one was.
  DATA_DIR, DATABASE_URL and SECRET_KEY must be as the server has them.`;

async function verify(): Promise<void> {
  const chain = createAuditVerification();
  const problems: ChainProblem[] = [];
  let after: number | undefined;
  let checked = 0;
  do {
    const step = await chain.check({ after });
    checked += step.checked;
    problems.push(...step.problems);
    after = step.next ?? undefined;
  } while (after !== undefined);
  for (const { kind, position, id } of problems) console.log(`${kind}  place ${position}${id ? `  ${id}` : ""}`);
  console.log(`${checked} sealed entries checked, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

function fail(text: string): never {
  console.error(`audit-log: ${text}`);
  process.exit(2);
}

const [what, ...rest] = process.argv.slice(2);
if (what !== "verify" || rest.length > 0) {
  console.log(HELP);
  process.exit(what === "--help" ? 0 : 64);
}
// Without these checks, a new key or an empty database would be made, and the log be found broken or whole by mistake.
if (!(env.SECRET_KEY || existsSync(join(env.DATA_DIR, "secret.key")))) fail(`${env.DATA_DIR} holds no secret.key`);
if (env.provider === "sqlite" && !existsSync(sqliteFile())) fail(`there is no database ${sqliteFile()}`);
try {
  await connect();
  await verify();
} catch (error) {
  console.error(`audit-log: ${(error as Error).message}`);
  process.exitCode = 2;
} finally {
  await disconnect();
}
process.exit();
