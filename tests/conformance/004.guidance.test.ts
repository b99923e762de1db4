/** Document 004 without open mode: its own client, which sends no credential, reads what to do. */
import { expect, it } from "vitest";
import { Api } from "../api";
import { API_TOKEN, removeFolder, startServer, temporaryFolder } from "../process";

const ENDPOINTS: [line: string, body?: object][] = [
  ["POST /register", { bot_id: "x" }],
  ["POST /command", { bot_id: "x", command: "y" }],
  ["GET /commands/x"],
  ["POST /commands/x/clear"],
  ["GET /bots"],
  ["DELETE /bots/x"],
];

it.each(ENDPOINTS)("%s names the ready tokens and the setting", async (line, body) => {
  const { status, json } = await new Api().send(line, { body });
  expect([status, json.status]).toEqual([401, "error"]);
  for (const name of ["OPEN_BOT_API=true", "API_TOKEN", "/account", "Authorization: Bearer"])
    expect(json.message).toContain(name);
});

it("the server says the same at its start, without the token itself", async () => {
  const folder = temporaryFolder();
  const closed = await startServer({ DATA_DIR: folder });
  const notice = closed.log();
  await closed.stop();
  removeFolder(folder);
  expect(notice).toMatch(/Programs of document 004 .*API_TOKEN.*\nas Authorization: Bearer.*OPEN_BOT_API=true/);
  expect(notice).not.toContain(API_TOKEN);
});
