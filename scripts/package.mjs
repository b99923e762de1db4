/**
 * `npm run package [folder]`: makes an archive that needs nothing but Linux: the built server, the packages that it loads, and a
 * Node.js. Its `muster-server` starts it. With a folder it writes the files there instead, as the container's image needs them.
 *
 * Files are found by following imports, because the installed packages are five times as large. `e2e/archive.spec.ts` starts
 * what it made without anything else.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFileTrace } from "@vercel/nft";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(ROOT);

const { version, license, description } = JSON.parse(readFileSync("package.json", "utf8"));
const NAME = `muster-${version}-${process.platform}-${process.arch}`;

/** Files that are read by their path, so that no import leads to them. */
const READ = [
  "prisma/migrations",
  "plugins",
  "lib/operations/plugins/runtime",
  "next.config.mjs",
  ...["nginx.conf", "Caddyfile", "haproxy.cfg"].map((name) => `docs/deploy/${name}`),
  "docs/deploy/muster.service",
  "docs/images",
  ".env.example",
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
  // Next's server resolves these by names from a list when it starts, and loads none of them.
  ...["@babel/runtime", "webpack"].map((name) => `node_modules/next/dist/compiled/${name}`),
];
/** The scripts that an archive runs: the server, and its tools. */
const COMMANDS = ["start", "admin", "backup", "move", "login-link", "audit-log"];

/** Belongs to builds and to `next dev`. Next's server loads more of its own build than it uses, so little can be left out. */
const isBuildOnly = (path) =>
  /^node_modules\/(next\/dist\/(docs|esm|compiled\/(react-dom-experimental|next-devtools))|@swc\/core|typescript)\//.test(
    path,
  ) || /\.(dev\.js|map)$/.test(path);

/** The files that Next found its own server and pages to load. */
function tracedByNext() {
  const lists = readdirSync(".next", { recursive: true })
    .filter((name) => name.endsWith(".nft.json") && !name.startsWith("cache"))
    .map((name) => join(".next", name));
  return lists.flatMap((list) =>
    JSON.parse(readFileSync(list, "utf8")).files.map((file) => normalize(join(dirname(list), file))),
  );
}

const isPackageFile = (path) => path.startsWith("node_modules/") && !isBuildOnly(path);

/** The files of packages that the built server loads. Next's lists leave out what its own server for `next start` does not load. */
async function tracedPackages() {
  const built = readdirSync("dist").filter((name) => name.endsWith(".mjs"));
  const ofNext = tracedByNext().filter(isPackageFile);
  const entries = [...built.map((name) => join("dist", name)), ...ofNext.filter((path) => /\.[cm]?js$/.test(path))];
  const { fileList } = await nodeFileTrace(entries, { base: ROOT, ignore: isBuildOnly });
  return [...fileList, ...ofNext].filter(isPackageFile);
}

/** Returns the folder of the package that a file belongs to. */
const packageOf = (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)[0];

/** The texts that licences of the packages ask to hand on: their own files, beside their code. */
function noticesOf(paths) {
  const packages = new Set(paths.map(packageOf));
  return [...packages].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name === "package.json" || /^(licen[cs]e|notice|copying)/i.test(name))
      .map((name) => join(folder, name)),
  );
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !isBuildOnly(path) });
}

/** An archive leaves out what only builds read, and older archives. */
const LEFT_OUT = {
  dist: new Set(["package"]),
  ".next": new Set(["build", "cache", "diagnostics", "trace", "trace-build", "turbopack", "types"]),
};

/** Returns the files and folders that a build made for the server. */
const builtFiles = () =>
  Object.entries(LEFT_OUT).flatMap(([folder, names]) =>
    readdirSync(folder)
      .filter((name) => !names.has(name) && !name.startsWith("."))
      .map((name) => join(folder, name)),
  );

const START = `#!/bin/sh
# Starts Muster. With a name, runs one of its tools instead: ${COMMANDS.slice(1).join(", ")}.
set -e
cd -- "$(dirname -- "$(readlink -f -- "$0")")"
tool=\${1:-start}
[ $# -eq 0 ] || shift
case $tool in
${COMMANDS.join("|")}) exec bin/node "scripts/$tool.mjs" "$@" ;;
*) echo "muster-server: there is no tool \\"$tool\\". The tools are: ${COMMANDS.slice(1).join(", ")}" >&2; exit 64 ;;
esac
`;

async function fill(folder) {
  const packages = await tracedPackages();
  const scripts = ["runtime", "run-built", ...COMMANDS].map((name) => `scripts/${name}.mjs`);
  for (const path of new Set([...READ, ...scripts, ...builtFiles(), ...packages, ...noticesOf(packages)]))
    copy(path, join(folder, path));
  copy(process.execPath, join(folder, "bin", "node"));
  writeFileSync(
    join(folder, "package.json"),
    `${JSON.stringify({ name: "muster", version, description, license, private: true, type: "module" }, null, 2)}\n`,
  );
  writeFileSync(join(folder, "muster-server"), START);
  chmodSync(join(folder, "muster-server"), 0o755);
}

function archive(folder, file) {
  const tar = spawnSync("tar", ["-czf", file, "--owner=0", "--group=0", "-C", dirname(folder), NAME], {
    stdio: "inherit",
  });
  if (tar.status !== 0) throw new Error("tar failed");
}

const megabytes = (path) => (statSync(path).size / 1e6).toFixed(0);

if (!existsSync("dist/server.mjs") || !existsSync(".next/BUILD_ID")) {
  console.error("Muster is not built yet. Run `npm run build` first.");
  process.exit(1);
}
const [given] = process.argv.slice(2);
const folder = resolve(given ?? join("dist", "package", NAME));
// An earlier archive of ours is replaced; a folder that somebody names may hold anything.
if (!given) rmSync(folder, { recursive: true, force: true });
else if (existsSync(folder) && readdirSync(folder).length > 0) {
  console.error(`${folder} is not empty. Name a folder that does not exist yet.`);
  process.exit(1);
}
await fill(folder);
if (given) console.log(`The files are in ${folder}`);
else {
  const file = `${folder}.tar.gz`;
  archive(folder, file);
  console.log(`${file} (${megabytes(file)} MB)`);
}
