/**
 * `npm run audit-log -- verify` checks the chain beside a running server and without one, and the log has what the other
 * commands do.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Api } from "../api";
import { eventually } from "../eventually";
import { ADMIN, removeFolder, runScript, type ServerProcess, startServer, temporaryFolder } from "../process";

const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ DATA_DIR: folder });
});
afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

const run = (data: string, file: string, ...args: string[]) => runScript(data, file, args);
const verify = (data = folder) => run(data, "dist/audit-log.mjs", "verify");
let backup = "";

it("records login links and backups of the command line beside a running server", async () => {
  expect(run(folder, "dist/login-link.mjs", ADMIN.username)).toMatchObject({ status: 0 });
  const taken = run(folder, "dist/backup.mjs", "create", "--name", "by_hand");
  expect(taken).toMatchObject({ status: 0, stderr: "" });
  backup = taken.stdout.split(" ")[0]!;
  const { username, password } = ADMIN;
  const { token } = (await new Api(server.url).send("POST /api/auth/login", { body: { username, password } })).json;
  const { json } = await new Api(server.url, { authorization: `Bearer ${token}` }).send("GET /api/audit");
  const acts = json.entries.filter(({ by }: { by: { kind: string } }) => by.kind === "cli");
  expect(acts).toMatchObject([
    { action: "createBackup", target: { type: "backup", id: backup }, after: { name: "by_hand" } },
    { action: "createLoginLink", target: { type: "user", name: username } },
  ]);
});

it("makes a login link without a database, and says that there is no record", () => {
  const empty = temporaryFolder();
  cpSync(join(folder, "secret.key"), join(empty, "secret.key"));
  const made = run(empty, "dist/login-link.mjs", ADMIN.username);
  expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining("/login/link#token=") });
  expect(made.stderr).toContain("The audit log has no record of this: there is no database");
  removeFolder(empty);
});

it("exits with 0 for a whole chain, with 1 and the row for a changed one, with 2 where there is none", async () => {
  const login = { username: ADMIN.username, password: ADMIN.password };
  await new Api(server.url).send("POST /api/auth/login", { body: login });
  await eventually(() =>
    expect(verify()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^[1-9]\d* sealed entries checked, 0 problems/),
    }),
  );
  await server.stop();
  const database = new DatabaseSync(join(folder, "muster.db"));
  database.exec("UPDATE audit_record SET by_name = 'somebody else' WHERE position = 1");
  database.close();
  expect(verify()).toMatchObject({ status: 1, stdout: expect.stringMatching(/^altered {2}place 1 {2}act_/) });
  expect(verify(join(folder, "nowhere"))).toMatchObject({ status: 2 });
});

it("records a restore in the log that was restored, whose chain is whole", () => {
  expect(run(folder, "dist/backup.mjs", "restore", backup, "--no-safety")).toMatchObject({ status: 0 });
  const database = new DatabaseSync(join(folder, "muster.db"));
  const acts = database.prepare("SELECT by_kind, target_id FROM audit_record WHERE action = 'restoreBackup'").all();
  database.close();
  expect(acts).toEqual([{ by_kind: "cli", target_id: backup }]);
  expect(verify()).toMatchObject({ status: 0 });
});
