/**
 * `npm run build`: Prisma clients, route table, Next's pages and the server bundle. Each step is skipped while its inputs
 * are unchanged (a hash is kept beside its output). `node scripts/build.mjs server` skips the pages, which the API does not need.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, stop } from "esbuild";
import { lazyContracts } from "./lazy-contracts.mjs";

const files = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];

function digest(paths) {
  const hash = createHash("sha256").update(process.version);
  for (const path of paths) if (existsSync(path)) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

/** Runs `work` unless the hash stored at `file` matches `inputs`. */
async function once(name, file, inputs, work) {
  const stamp = digest(inputs);
  if (existsSync(file) && readFileSync(file, "utf8") === stamp) return;
  console.log(`${name} …`);
  await work();
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, stamp);
}

function run(args, env = {}) {
  const result = spawnSync(process.execPath, args, { stdio: "inherit", env: { ...process.env, ...env } });
  // A step that a signal ended has no status.
  if (result.status !== 0) process.exit(result.status ?? 1);
}

const DAY_MS = 86_400_000;

/**
 * Removes the chunks of earlier builds from dist/. It keeps those of the previous build and those younger than a day,
 * because a server that still runs from them loads some routes only on their first request.
 */
function prune(outputs) {
  const list = "dist/.chunks";
  const now = outputs.map((path) => basename(path));
  const keep = new Set([...now, ...(existsSync(list) ? readFileSync(list, "utf8").split("\n") : [])]);
  for (const name of readdirSync("dist")) {
    const file = join("dist", name);
    if (/-[A-Z0-9]{8}\.mjs(\.map)?$/.test(name) && !keep.has(name) && Date.now() - statSync(file).mtimeMs > DAY_MS)
      rmSync(file, { force: true });
  }
  writeFileSync(list, now.join("\n"));
}

/** Types that are smaller when compressed; fonts already are. */
const COMPRESSED = /\.(js|css|json|svg|map|txt)$/;

/** Writes each static file of the pages a second and a third time, compressed, for the server to send as they are. */
function compressStaticFiles() {
  for (const file of files(".next/static").filter((path) => COMPRESSED.test(path))) {
    const content = readFileSync(file);
    writeFileSync(`${file}.br`, brotliCompressSync(content));
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** Packages of plain JavaScript that are bundled. Finding and compiling their many files takes a third of the CPU of a start. */
const INSIDE = [
  "async-mutex",
  "busboy",
  "croner",
  "csv-stringify",
  "ipaddr.js",
  "jose",
  "kysely",
  "nodemailer",
  "pino",
  "prom-client",
  "socket.io",
  "standardwebhooks",
  "zod",
];
/** Bundles only zod's English messages: those of all fifty languages are an eighth of the bundle. */
const oneLanguage = {
  name: "one language",
  setup: ({ onLoad }) => onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "" })),
};
const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const externals = Object.keys(dependencies).flatMap((name) => (INSIDE.includes(name) ? [] : [name, `${name}/*`]));

const common = ["package-lock.json", "tsconfig.json"];
export const generate = async () => {
  await once(
    "Prisma clients",
    "generated/.prisma",
    ["prisma/schema.prisma", "scripts/generate.mjs", "scripts/postgres-schema.mjs", "scripts/tables.mjs", ...common],
    () => run(["scripts/generate.mjs"]),
  );
  run(["scripts/routes.mjs"]);
  run(["scripts/calls.mjs"]);
  run(["scripts/docs.mjs"]);
};

/** The sources of the clients, without anything that was built from them. */
const clients = () => files("clients").filter((path) => !/[\\/](dist|__pycache__)[\\/]|muster\.mjs$/.test(path));

export const buildCommandLine = () =>
  once("Command line", "dist/.stamp-muster", [...clients(), ...common], () => run(["clients/cli/build.mjs"]));

/** The packages of the clients, which the server offers at /clients/. */
const buildClients = () =>
  once("Clients", "dist/clients/.stamp", [...clients(), ...common], () => {
    run(["clients/typescript/build.mjs"]);
    run(["clients/packages.mjs"]);
  });

// This also holds when scripts/run.mjs, the entry of the npm scripts, imported this file: it puts the script's name in argv[1].
if (process.argv[1]?.endsWith("build.mjs")) {
  await generate();
  const sources = [...files("app"), ...files("lib"), ...files("generated"), ...common];
  await once(
    "Server",
    "dist/.stamp",
    [
      ...sources,
      "start.ts",
      "server.ts",
      "scripts/backup.mts",
      "scripts/admin.mts",
      ...files("scripts/admin"),
      "scripts/login-link.mts",
      "scripts/audit-log.mts",
      "scripts/move.mts",
      "scripts/build.mjs",
      "scripts/lazy-contracts.mjs",
    ],
    () =>
      build({
        entryPoints: {
          server: "start.ts",
          pages: "lib/edge/pages/process.ts",
          backup: "scripts/backup.mts",
          admin: "scripts/admin.mts",
          "login-link": "scripts/login-link.mts",
          "audit-log": "scripts/audit-log.mts",
          move: "scripts/move.mts",
        },
        outdir: "dist",
        outExtension: { ".js": ".mjs" },
        bundle: true,
        splitting: true,
        platform: "node",
        format: "esm",
        target: "node22",
        external: [...externals, "bufferutil", "utf-8-validate"],
        banner: { js: 'import{createRequire as toRequire}from"node:module";const require=toRequire(import.meta.url);' },
        sourcemap: true,
        alias: { "@": "." },
        plugins: [oneLanguage, lazyContracts],
        // Comments and indentation are a third of what a start reads, and stay in memory. Names stay, for stack traces.
        minifyWhitespace: true,
        minifySyntax: true,
        lineLimit: 160,
        logLevel: "warning",
        define: { "process.env.NODE_ENV": '"production"' },
        metafile: true,
      }).then(({ metafile }) => prune(Object.keys(metafile.outputs))),
  );
  // Its process has been seen to outlive a long build of the pages, which then never ended.
  await stop();
  await buildCommandLine();
  await buildClients();
  if (process.argv[2] !== "server")
    await once(
      "Pages",
      ".next/.stamp",
      [...sources, "next.config.mjs", "postcss.config.mjs", "scripts/build.mjs"],
      () => {
        run(["node_modules/next/dist/bin/next", "build"], { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" });
        compressStaticFiles();
      },
    );
}
