/** A plugin that tries to break out, in its real process: every way it knows, and that each one is refused. */
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import inspector from "node:inspector";
import { createServer, type Server } from "node:net";
import { getPriority, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkFolder, unprivilegedUser } from "./folder";
import { findPlugins } from "./manifest";
import { startRunner } from "./runner/runner";

/** Each attempt gives something back, or throws, when it fails; `undefined` counts as refused. */
const ATTEMPTS = `
  environment_of_server: () => fs.readFileSync("/proc/" + process.ppid + "/environ", "utf8"),
  own_environment: () => fs.readFileSync("/proc/self/environ", "utf8"),
  key_by_path: () => fs.readFileSync(OUTER + "/secret.key", "utf8"),
  key_by_dots: () => fs.readFileSync(HERE + "/../secret.key", "utf8"),
  key_by_bytes: () => fs.readFileSync(Buffer.from(HERE + "/../secret.key"), "utf8"),
  key_by_address: () => fs.readFileSync(new URL("../secret.key", import.meta.url), "utf8"),
  key_by_folder: () => (process.chdir?.(OUTER), fs.readFileSync("secret.key", "utf8")),
  key_by_promise: () => fs.promises.readFile(OUTER + "/secret.key", "utf8"),
  key_by_blob: async () => (await fs.openAsBlob(OUTER + "/secret.key")).text(),
  key_by_import: () => import("file://" + OUTER + "/outer.mjs"),
  key_by_require: () => require(OUTER + "/outer.cjs"),
  key_by_load: () => module._load(OUTER + "/outer.cjs", null, true),
  key_by_source: () => module._extensions[".js"]({ _compile: (text) => text, filename: "" }, OUTER + "/outer.cjs"),
  list_of_files: () => fs.readdirSync(OUTER),
  link_out: () => fs.symlinkSync(OUTER, HERE + "/out"),
  write: () => fs.writeFileSync(HERE + "/mine", "x"),
  database: () => import("node:sqlite").then((sqlite) => new sqlite.DatabaseSync(OUTER + "/muster.db")),
  database_copy: () => require("node:sqlite").backup(new (require("node:sqlite").DatabaseSync)(":memory:"), OUTER + "/x"),
  wasi: () => new (require("node:wasi").WASI)({ version: "preview1", preopens: { "/": "/" } }),
  trace: () => require("node:trace_events").createTracing({ categories: ["v8"] }).enable() ?? true,
  snapshot: () => require("node:v8").writeHeapSnapshot(HERE + "/heap"),
  flags: () => require("node:v8").setFlagsFromString("--expose-gc") ?? true,
  run: () => child_process.execSync("id"),
  run_raw: () => new child_process.ChildProcess().spawn({ file: "/bin/sh", args: ["sh"], envPairs: [], stdio: [] }),
  signal_group: () => new child_process.ChildProcess()._handle.kill(10),
  execve: () => process.execve("/bin/sh", ["sh"], {}),
  thread: () => new worker_threads.Worker("1", { eval: true }),
  fork: () => cluster.fork(),
  signal: () => process.kill(process.ppid, "SIGUSR1"),
  signal_raw: () => process._kill(process.ppid, 10),
  signal_bound: () => Reflect.get(Object.getPrototypeOf(process), "_kill").call(process, process.ppid, 10),
  debug_server: () => (process._debugProcess(process.ppid), true),
  debug_end: () => (process._debugEnd(), true),
  debug_self: () => (inspector.open(0, "127.0.0.1"), inspector.url()),
  debug_session: () => new inspector.Session().connect(),
  priority: () => (os.setPriority(process.ppid, 5), true),
  binding: () => process.binding("fs"),
  binding_linked: () => process._linkedBinding("fs"),
  dlopen: () => process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6"),
  really_exit: () => process.reallyExit(5),
  handles: () => process._getActiveHandles(),
  requests: () => process._getActiveRequests(),
  hooks: () => async_hooks.createHook({ init() {} }).enable(),
  report: () => process.report.writeReport(OUTER + "/report.json"),
  network: () => net.connect(PORT, "127.0.0.1"),
  network_raw: () => net._createServerHandle("127.0.0.1", 0, 4),
  network_listen: () => new net.Server()._listen2("127.0.0.1", 0, 4),
  network_class: () => new (Object.getPrototypeOf(require("node:tls").TLSSocket))({ fd: 3 })._handle,
  network_terminal: () => new (require("node:tty").ReadStream)(2)._handle,
  network_handle: () => process.stderr._handle ?? process.stdout._handle ?? process.stdin._handle,
  network_restored: () => (delete net.Socket.prototype.connect, new net.Socket().connect(PORT)),
  network_module: () => process.getBuiltinModule("net").connect(PORT, "127.0.0.1"),
  tls: () => require("node:tls").connect(PORT, "127.0.0.1"),
  http: () => new Promise((_, reject) => require("node:http").get("http://127.0.0.1:" + PORT).on("error", reject)),
  http2: () => new Promise((_, reject) => require("node:http2").connect("http://127.0.0.1:" + PORT).on("error", reject)),
  fetch: () => fetch("http://127.0.0.1:" + PORT),
  datagram: () => dgram.createSocket("udp4").send("x", PORT, "127.0.0.1"),
  datagram_raw: () => dgram._createSocketHandle("127.0.0.1", 0, "udp4"),
  name: () => require("node:dns").resolve("example.org", () => {}),
  name_raw: () => new (require("node:dns").Resolver)()._handle,
`;

const code = (outer: string, port: number) => `
  import async_hooks from "node:async_hooks";
  import child_process from "node:child_process";
  import cluster from "node:cluster";
  import dgram from "node:dgram";
  import fs from "node:fs";
  import inspector from "node:inspector";
  import module from "node:module";
  import net from "node:net";
  import os from "node:os";
  import { dirname } from "node:path";
  import worker_threads from "node:worker_threads";
  const require = module.createRequire(import.meta.url);
  const HERE = dirname(new URL(import.meta.url).pathname);
  const OUTER = ${JSON.stringify(outer)};
  const PORT = ${port};
  const attempts = { ${ATTEMPTS} };
  export async function message(_, ctx) {
    const through = [];
    for (const [name, attempt] of Object.entries(attempts))
      try { if ((await attempt()) !== undefined) through.push(name); } catch {}
    ctx.log(JSON.stringify({ through, count: Object.keys(attempts).length, uid: process.getuid(), names: Object.keys(process.env) }));
  }`;

let outer: string;
let folder: string;
let server: Server;
let connections = 0;

beforeAll(async () => {
  outer = mkdtempSync(join(tmpdir(), "muster-hostile-"));
  folder = join(outer, "hostile");
  mkdirSync(folder);
  for (const file of ["secret.key", "muster.db", "outer.mjs", "outer.cjs"]) writeFileSync(join(outer, file), "");
  server = createServer(() => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  writeFileSync(join(folder, "index.mjs"), code(outer, port));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(outer, { recursive: true, force: true });
});

async function runHostile() {
  const lines: string[] = [];
  const runner = startRunner({
    folder,
    hooks: ["message"],
    settings: {},
    onCall: async () => null,
    onLog: (_, line) => lines.push(line),
    onProblem: (problem) => lines.push(problem),
  });
  await runner.ready;
  await runner.hook("message", "{}");
  await runner.stop();
  return JSON.parse(lines.at(-1)!) as { through: string[]; count: number; uid: number; names: string[] };
}

describe("a hostile plugin", () => {
  it.each([
    ["whose folder only the server's user may read", 0o700],
    ["whose folder everybody may read", 0o755],
  ])("%s gets through nowhere", async (_, mode) => {
    for (const path of [outer, folder]) chmodSync(path, mode);
    const priority = getPriority();
    const { through, count, uid, names } = await runHostile();
    expect(through).toEqual([]);
    expect(count).toBeGreaterThan(45);
    expect(names).toEqual(["NODE_ENV"]);
    expect(connections).toBe(0);
    expect(inspector.url()).toBeUndefined();
    expect(getPriority()).toBe(priority);
    // A server that does not run as root has no other user to give.
    const identity = unprivilegedUser(folder, [resolve("lib/operations/plugins/runtime"), process.execPath]);
    expect(uid).toBe(identity?.uid ?? process.getuid?.());
    if (mode === 0o700) expect(identity).toBeUndefined();
  });
});

describe("the folder of a plugin", () => {
  const within = (name: string) => join(outer, "linked", name);
  const write = () => {
    rmSync(join(outer, "linked"), { recursive: true, force: true });
    mkdirSync(within("inner"), { recursive: true });
    const about = { name: "linked", version: "1.0.0", description: "A test.", author: "Tests", hooks: [] };
    writeFileSync(within("plugin.json"), JSON.stringify(about));
    writeFileSync(within("index.mjs"), "");
  };

  it.each([
    ["a file", "secret", () => join(outer, "secret.key")],
    ["the environment of the server", "env", () => "/proc/1/environ"],
    ["a folder above", "inner/all", () => "../.."],
    ["what is not there yet", "later", () => join(outer, "later")],
    ["the root by a link of the system", "self", () => "/proc/self/root"],
  ])("is refused with a link to %s", async (_, name, where) => {
    write();
    symlinkSync(where(), within(name));
    expect(() => checkFolder(join(outer, "linked"))).toThrow(`${name} is a link that leads out`);
    const found = await findPlugins([outer], "1.0.0");
    expect(found.get("linked")).toMatchObject({ problem: expect.stringContaining("leads out of the plugin's folder") });
    const options = { folder: join(outer, "linked"), hooks: [], settings: {}, onCall: async () => null };
    expect(() => startRunner({ ...options, onLog: () => {}, onProblem: () => {} })).toThrow(/leads out/);
  });

  it("may hold links that stay within it", async () => {
    write();
    symlinkSync("../index.mjs", within("inner/again.mjs"));
    linkSync(within("index.mjs"), within("same.mjs"));
    expect(() => checkFolder(join(outer, "linked"))).not.toThrow();
  });
});
