/** The code that the console offers to connect a bot, run as it is pasted. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { afterEach, beforeAll, expect, it } from "vitest";
import { snippetsFor } from "@/app/(console)/dashboard/bots/_list/snippets";
import { eventually } from "../eventually";
import { aBot, aUser, type TestUser } from "../factories";
import { theServer } from "../the-server";

const PYTHON = process.env.PYTHON ?? "python3";
const ORIGIN = "https://muster.example.org";
const snippets = snippetsFor(ORIGIN, "bot_1", "mb_secret");

let ada: TestUser;
beforeAll(async () => {
  ada = await aUser();
});
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

it.each([
  ["JavaScript", (code: string) => [process.execPath, "--eval", code]],
  ["Python", (code: string) => [PYTHON, "-c", code]],
] as const)("the %s code heartbeats, logs a line and answers a ping", async (name, argsOf) => {
  const bot = await aBot(ada);
  const { code } = snippetsFor(theServer().url, bot.id, bot.token).find((one) => one.name === name)!;
  const [program, ...args] = argsOf(code);
  running.push(spawn(program!, args, { stdio: "inherit" }));
  const { json } = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping", payload: {} } });
  const command_id: string = json.command.id;
  await eventually(async () => {
    const { command } = (await ada.api.send("GET /api/commands/{command_id}", { params: { command_id } })).json;
    expect(command).toMatchObject({ status: "completed", result: { pong: true } });
  });
  const { logs } = (await ada.api.send("GET /api/logs", { query: { bot_id: bot.id } })).json;
  expect(logs).toMatchObject([{ message: `Hello from ${name}` }]);
  const { bots } = (await ada.api.send("GET /api/my-bots", { query: { ids: bot.id } })).json;
  expect(bots).toMatchObject([{ status: "online" }]);
});

it.each(snippets.filter(({ file }) => file))("the code for $name is whole", ({ file, code }) => {
  const check = file!.endsWith(".py")
    ? spawnSync(PYTHON, ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: code })
    : spawnSync(process.execPath, ["--check", `--input-type=${file!.endsWith(".mjs") ? "module" : "commonjs"}`, "-"], {
        input: code,
      });
  expect(check.stderr.toString()).toBe("");
  expect(check.status).toBe(0);
});

it("every snippet names the server and the token, logs and answers, and curl comes last", () => {
  for (const { name, code } of snippets) {
    expect(code, name).toContain(ORIGIN);
    expect(code, name).toContain("mb_secret");
    if (name !== "Any program") expect(code, name).toMatch(/log[\s\S]*ping|ping[\s\S]*log|logs[\s\S]*ack/);
  }
  expect(snippets.map(({ name }) => name)).toEqual([
    ...["discord.js", "grammY", "discord.py", "aiogram", "Python", "JavaScript", "Any program", "curl"],
  ]);
});

it("stays one program for the id of a bot that chose quotes", () => {
  const hostile = `x"+alert(1)+"';id;'`;
  const codes = new Map(snippetsFor(ORIGIN, hostile, "mb_secret").map(({ name, code }) => [name, code]));
  const line = codes.get("Any program")!.split("\n")[1]!;
  const shell = (script: string) => spawnSync("sh", ["-c", script]).stdout.toString();
  expect(shell(`${line}\nprintf %s "$BOT_ID"`)).toBe(hostile);
  expect(shell(`curl() { printf %s "$3"; }\n${codes.get("curl")!.split("\n").slice(0, 2).join("\n")}`)).toBe(
    `${ORIGIN}/api/bot/${encodeURIComponent(hostile).replaceAll("'", "%27")}/status`,
  );
  for (const name of ["discord.js", "discord.py"]) expect(codes.get(name)).toContain(JSON.stringify(hostile));
});

it("names the host to pip only where the server has no HTTPS", () => {
  const setupOf = (origin: string) => snippetsFor(origin, "b", "t").find(({ name }) => name === "aiogram")!.setup;
  expect(setupOf("https://muster.example.org")).not.toContain("--trusted-host");
  expect(setupOf("http://10.0.0.5:5000")).toContain("--trusted-host 10.0.0.5 ");
});
