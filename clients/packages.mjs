/**
 * Writes the packages that the server offers at /clients/ into dist/clients: the TypeScript client and the command line as
 * npm's archives, the Python client as a wheel. It runs after both were built, and needs neither npm nor Python.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";

const TARGET = "dist/clients";
/** npm gives every file this time, so that the same files make the same archive. */
const TIME = new Date("1985-10-26T08:15:00Z");

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** @param contents the files of the package by their path in it */
async function writeNpmPackage(name, contents) {
  const archive = pack();
  for (const [path, content] of contents)
    archive.entry({ name: `package/${path}`, mode: path.endsWith(".mjs") ? 0o755 : 0o644, mtime: TIME }, content);
  archive.finalize();
  writeFileSync(join(TARGET, name), gzipSync(Buffer.concat(await Array.fromAsync(archive)), { level: 9 }));
}

async function packTypeScript() {
  const folder = "clients/typescript";
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const paths = [
    ...["package.json", "README.md", "LICENSE"].map((file) => join(folder, file)),
    ...filesOf(`${folder}/dist`),
  ];
  const contents = paths.map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path)]);
  await writeNpmPackage(`muster-client-${version}.tgz`, contents);
}

async function packCommandLine() {
  const { scripts: _, ...manifest } = JSON.parse(readFileSync("clients/cli/package.json", "utf8"));
  await writeNpmPackage(`muster-cli-${manifest.version}.tgz`, [
    ["package.json", JSON.stringify(manifest, null, 2)],
    ["README.md", readFileSync("clients/cli/README.md")],
    ["LICENSE", readFileSync("clients/cli/LICENSE")],
    ["muster.mjs", readFileSync("dist/muster.mjs")],
  ]);
}

/** Writes the same wheel as clients/python/build_backend/muster_build.py does. */
function packPython() {
  const folder = "clients/python";
  const read = (name) => readFileSync(join(folder, name));
  const metadata = read("METADATA").toString();
  const version = /^Version: (.+)$/m.exec(metadata)[1];
  const info = `muster_client-${version}.dist-info`;
  const modules = readdirSync(join(folder, "muster")).filter((name) => /\.(py|typed)$/.test(name));
  const files = [
    ...modules.sort().map((name) => [`muster/${name}`, read(`muster/${name}`)]),
    [`${info}/METADATA`, Buffer.from(`${metadata}\n${read("README.md")}`)],
    [
      `${info}/WHEEL`,
      Buffer.from("Wheel-Version: 1.0\nGenerator: muster_build\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
    ],
    [`${info}/LICENSE`, read("LICENSE")],
  ];
  const hash = (content) => createHash("sha256").update(content).digest("base64url");
  const record = files.map(([name, content]) => `${name},sha256=${hash(content)},${content.length}\n`).join("");
  files.push([`${info}/RECORD`, Buffer.from(`${record}${info}/RECORD,,\n`)]);
  writeFileSync(join(TARGET, `muster_client-${version}-py3-none-any.whl`), zip(files));
}

/** Returns a zip archive (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16) of less than 4 GB. */
function zip(files) {
  const MADE_BY_UNIX = 0x0314;
  const NEEDS_2_0 = 20;
  const DEFLATED = 8;
  /** 1 January 1980, the oldest date. */
  const DATE = 0x21;
  const local = [];
  const central = [];
  let offset = 0;
  for (const [name, content] of files) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(content, { level: 9 });
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(NEEDS_2_0, 0);
    shared.writeUInt16LE(DEFLATED, 4);
    shared.writeUInt16LE(DATE, 8);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(path.length, 22);
    local.push(Buffer.from("PK\x03\x04"), shared, path, packed);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(MADE_BY_UNIX);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02"), madeBy, shared, rest, path);
    offset += 30 + path.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });
await packTypeScript();
await packCommandLine();
packPython();
