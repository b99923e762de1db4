/** Parsing torrents and magnets, and the tar in which their files are served. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readPieces } from "@/lib/operations/transfers/disk";
import { tarOf } from "@/lib/operations/transfers/tar";
import { aTorrent } from "@/tests/standins/torrents";
import { decode, type Encodable, encode } from "./bencode";
import { addressOf, infoHashOf, magnetOf, readMagnet, readTorrent, writeTorrent } from "./metainfo";

const bytes = (count: number) => ({ path: [] as string[], bytes: Buffer.alloc(count, 7) });

describe("bencoding", () => {
  it("is read and written as BEP 3 has it", () => {
    expect(String(encode({ b: [1, "zwei", -3], a: "" }))).toBe("d1:a0:1:bli1e4:zweii-3eee");
    const read = decode(Buffer.from("d1:a0:1:bli1e4:zweii-3eee"));
    expect(read).toEqual(
      new Map<string, unknown>([
        ["a", Buffer.from("")],
        ["b", [1, Buffer.from("zwei"), -3]],
      ]),
    );
  });

  it.each([
    "",
    "i1",
    "ie",
    "i1.5e",
    "5:abc",
    "l",
    "d1:a",
    "di1ei2ee",
    "i1e4:more",
    "x",
    "-1:a",
    "99999999999999999999:",
    "l".repeat(99999),
  ])("refuses %.20s", (text) => expect(() => decode(Buffer.from(text))).toThrow(/not bencoded/));
});

describe("a torrent", () => {
  it("keeps its own content byte by byte when its addresses change", () => {
    const torrent = aTorrent("x", [bytes(10)], {
      trackers: ["http://a/announce", "udp://b:80"],
      webSeeds: ["http://c/x"],
    });
    const read = readTorrent(torrent.bytes, null);
    expect(read).toMatchObject({ name: "x", isFolder: false, size: 10, files: [{ path: "x", bytes: 10 }] });
    expect([read.trackers, read.webSeeds]).toEqual([["http://a/announce", "udp://b:80"], ["http://c/x"]]);
    const written = writeTorrent(read.info, ["http://d/"], []);
    expect(readTorrent(written, null)).toMatchObject({ trackers: ["http://d/"], webSeeds: [] });
    expect(infoHashOf(readTorrent(written, "other").info)).toBe(torrent.infoHash);
  });

  it("gives each file a place of its own, whatever it is called", () => {
    const long = "ä".repeat(150);
    const paths = [
      ["a", "b"],
      ["a"],
      ["A:", ".x"],
      ["A_", "x"],
      [long],
      ["nul.txt"],
      Array(50).fill("deep".repeat(20)),
      ["c"],
      ["c"],
    ];
    const { files } = readTorrent(
      aTorrent(
        "..x",
        paths.map((path) => ({ ...bytes(1), path })),
        {},
      ).bytes,
      null,
    );
    const places = files.map(({ path }) => path);
    expect(new Set(places).size).toBe(paths.length);
    expect(places.slice(0, 4)).toEqual(["x/a/b", "x/2 a", "x/A_/x", "x/2 x"]);
    expect(places.slice(5)).toEqual(["x/_nul.txt", `x/2 ${"deep".repeat(20)}`, "x/c", "x/2 c"]);
    for (const place of places) expect(Buffer.byteLength(place!)).toBeLessThanOrEqual(1000);
  });

  it("takes names of any length, however many are alike", () => {
    const path = ["ä".repeat(1_000)];
    const files = Array.from({ length: 2_000 }, () => ({ length: 1, path }));
    const info = { name: "ü".repeat(1_000_000), pieces: "", files };
    const read = readTorrent(encode({ info }), null);
    expect([read.name, new Set(read.files.map((file) => file.path)).size]).toEqual(["ü".repeat(100), 2_000]);
  });

  it("leaves padding out, and takes names in UTF-8 where there are some", () => {
    const info = {
      ...{ name: "x", "name.utf-8": "ü", pieces: "", "piece length": 1 },
      files: [
        { length: 3, path: ["a"], "path.utf-8": ["ä"] },
        { length: 5, path: [".pad", "5"], attr: "p" },
      ] as Encodable[],
    };
    expect(readTorrent(encode({ info }), null).files).toEqual([
      { path: "ü/ä", bytes: 3 },
      { path: null, bytes: 5 },
    ]);
  });

  it.each([
    [["x"], "../y"],
    [["x"], ".."],
    [["x"], "a/b"],
    [["x"], ""],
    [["x"], "a\u0000"],
    [[".."], "x"],
    [["a", ".", "b"], "x"],
    [["a", "/etc"], "x"],
    [[], "x"],
  ])("whose file %j of %j leads elsewhere is refused", (path, name) => {
    const info = { name, pieces: "", files: [{ length: 1, path }] };
    expect(() => readTorrent(encode({ info }), null)).toThrow(/lead out of its folder/);
  });

  it.each([
    ["without a length", { name: "x", pieces: "" }, /no length/],
    ["with a length below nothing", { name: "x", pieces: "", length: -1 }, /no length/],
    ["without a name", { pieces: "", length: 1 }, /no name/],
    [
      "with too many files",
      { name: "x", pieces: "", files: Array(2001).fill({ length: 0, path: ["a"] }) },
      /2001 files/,
    ],
    ["whose files are none", { name: "x", pieces: "", files: ["a"] }, /not a \.torrent/],
  ])("%s is refused", (_what, info, message) => {
    expect(() => readTorrent(encode({ info } as never), null)).toThrow(message);
  });
});

describe("a magnet", () => {
  const hash = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a";
  it("is taken for its torrent and its trackers alone", () => {
    const read = readMagnet(
      `magnet:?xt=urn:btih:${hash.toUpperCase()}&dn=A+film&tr=http%3A%2F%2Fa%2F&tr.1=udp://b:1&ws=http://10.0.0.1/&x.pe=10.0.0.1:80&as=http://c`,
    );
    expect(read).toEqual({ infoHash: hash, name: "A film", trackers: ["http://a/", "udp://b:1"] });
    expect(magnetOf(read, ["udp://b:1"])).toBe(`magnet:?xt=urn:btih:${hash}&tr=udp%3A%2F%2Fb%3A1`);
    expect(readMagnet("magnet:?xt=urn:btih:YEX6DQDLXISUVHOJ6UM3GNNKPQJWPKEK").infoHash).toBe(hash);
  });
});

it.each([
  ["http://user:pass@a.example/x?y=1#z", "http://a.example/x?y=1"],
  ["http://a.example\\@127.0.0.1/", "http://a.example/@127.0.0.1/"],
  ["http://0x7f.1/", "http://127.0.0.1/"],
  ["udp://a.example:80/announce", "udp://a.example:80/announce"],
  ["udp://[::1]:80", "udp://[::1]:80"],
  ["udp://a%2eb/", undefined],
  ["udp://a b/", undefined],
  ["ftp://a.example/", undefined],
  ["nonsense", undefined],
])("the address %s is handed over as %s", (text, href) => {
  expect(addressOf(text, ["http:", "udp:"])?.href).toBe(href);
});

describe("a tar", () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-tar-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is read by tar, and any range of it is that of the whole", async () => {
    const entries = ["plain.txt", "übung/二.bin", `${"long/".repeat(60)}name`, "empty", "block"].map((name, index) => {
      const file = join(folder, String(index));
      const content = randomBytes([5, 70_000, 513, 0, 512][index]!);
      writeFileSync(file, content);
      return { name, file, bytes: content.length, content };
    });
    const pieces = tarOf(entries, 1_700_000_000_000);
    const size = pieces.reduce((sum, piece) => sum + ("made" in piece ? piece.made.length : piece.bytes), 0);
    const read = async (from: number, to: number) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await readPieces(pieces, from, to)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const whole = await read(0, size);
    expect(whole.length).toBe(size);
    for (const [from, to] of [
      [0, 1],
      [511, 514],
      [600, 60_000],
      [size - 1, size],
      [70, 70],
    ] as const)
      expect((await read(from, to)).equals(whole.subarray(from, to))).toBe(true);
    const archive = join(folder, "all.tar");
    writeFileSync(archive, whole);
    execFileSync("tar", ["-xf", archive, "-C", folder]);
    for (const { name, content } of entries) expect(readFileSync(join(folder, name)).equals(content)).toBe(true);
  });

  it("says the size of a file no plain header has room for", () => {
    const [headers] = tarOf([{ name: "x", file: "x", bytes: 9_000_000_000 }], 0);
    expect(String((headers as { made: Uint8Array }).made)).toContain("19 size=9000000000\n");
  });
});
