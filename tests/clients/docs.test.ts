/** Runs every block of the guides that is marked `sh run`, in the order of its page, against a server with a bot. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { theServer } from "../the-server";

const pages = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => ({
    file,
    blocks: [...readFileSync(`docs/${file}`, "utf8").matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(([, code]) => code!),
  }))
  .filter(({ blocks }) => blocks.length > 0);

describe.each(pages)("the commands of docs/$file", ({ blocks }) => {
  let ada: TestUser;
  let bot: TestBot;
  beforeAll(async () => {
    ada = await aUser();
    bot = await aBot(ada);
  });

  it.each(blocks.map((code) => [code.split("\n")[0]!, code]))("%s", (_, code) => {
    const { status, stdout, stderr } = spawnSync(
      "sh",
      ["-ec", code.replaceAll("http://localhost:5000", theServer().url)],
      {
        env: { PATH: process.env.PATH, NODE_ENV: "test", TOKEN: ada.jwt, BOT_ID: bot.id, BOT_TOKEN: bot.token },
        encoding: "utf8",
      },
    );
    expect([status, stderr], stdout).toEqual([0, ""]);
    expect(() => JSON.parse(stdout)).not.toThrow();
  });
});

it("finds the blocks of the guides", () => {
  expect(pages.map(({ file }) => file).sort()).toEqual(
    expect.arrayContaining(["commands.md", "start.md", "tickets.md"]),
  );
});
