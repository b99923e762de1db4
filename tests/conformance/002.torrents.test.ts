/** Torrents and magnets of document 002's downloads, with an aria2 (Debian's package) for the server under test. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startDownload } from "@/lib/operations/transfers/contract";
import { aUser } from "../factories";
import { contentOf } from "../standins/files";
import { aTorrent, seed } from "../standins/torrents";
import { theServer } from "../the-server";
import {
  aFilm,
  api,
  at,
  daemon,
  ended,
  failed,
  files,
  folder,
  isThere,
  known,
  MB,
  other,
  owner,
  params,
  restart,
  SPEED,
  s3,
  seeder,
  server,
  start,
  taskThat,
  tracker,
  urlOf,
} from "../torrents";

it("names the setting that is missing without aria2", async () => {
  const plain = await aUser("user", theServer().url);
  for (const url of [`magnet:?xt=urn:btih:${"0".repeat(40)}`, "https://example.com/x.torrent"]) {
    const answer = await plain.api.refused("POST /api/download", "INVALID_INPUT", { body: { url } });
    expect(answer.error).toMatch(/torrents and magnets are not supported on this server.*ARIA2_RPC_URL/);
  }
});

describe("a magnet", () => {
  it("fetches a folder of files, served one by one or as a tar, in any range", async () => {
    const show = aTorrent(
      "Show",
      [
        { path: ["Season 1", "one.mkv"], bytes: randomBytes(MB + 3) },
        { path: ["Season 1", "zwei · 二.mkv"], bytes: randomBytes(70_000) },
        { path: ["empty.txt"], bytes: Buffer.alloc(0) },
      ],
      { trackers: [tracker.announce] },
    );
    await seed(seeder, join(folder, "seed"), show, tracker);
    const { taskId } = await owner.api.call(startDownload, { body: { url: show.magnet } });
    const task = await ended(taskId);
    expect(task).toMatchObject({
      ...{
        status: "completed",
        type: "torrent",
        filename: "Show",
        progress: 100,
        fileCount: 3,
        peers: null,
        error: null,
      },
      ...{ sizeBytes: MB + 70_003, downloadedBytes: MB + 70_003 },
      files: [
        { name: "Season 1/one.mkv", bytes: MB + 3, part: 1, href: `/api/tasks/${taskId}/files/1` },
        { name: "Season 1/zwei · 二.mkv", bytes: 70_000 },
        { name: "empty.txt", bytes: 0 },
      ],
    });
    const fetched = async (path: string, range?: string) => {
      const reply = await fetch(server.url + path, { headers: { ...owner.api.headers, ...(range && { range }) } });
      return { reply, bytes: Buffer.from(await reply.arrayBuffer()) };
    };
    for (const [index, { bytes }] of show.content.entries())
      expect((await fetched(`/api/tasks/${taskId}/files/${index + 1}`)).bytes.equals(bytes)).toBe(true);
    const whole = await fetched(`/api/tasks/${taskId}/file`);
    expect(whole.reply.headers.get("content-disposition")).toMatch(/^attachment; filename="Show.tar"/);
    for (const [from, to] of [
      [0, 511],
      [500, 1600],
      [MB, MB + 3000],
      [whole.bytes.length - 1500, whole.bytes.length - 1],
    ] as const) {
      const part = await fetched(`/api/tasks/${taskId}/file`, `bytes=${from}-${to}`);
      expect([part.reply.status, part.bytes.equals(whole.bytes.subarray(from, to + 1))]).toEqual([206, true]);
    }
    writeFileSync(join(folder, "show.tar"), whole.bytes);
    execFileSync("tar", ["-xf", join(folder, "show.tar"), "-C", folder]);
    for (const { path, bytes } of show.content)
      expect(readFileSync(join(folder, "Show", ...path)).equals(bytes)).toBe(true);
    expect(readdirSync(at(taskId)).sort()).toEqual([".torrent", "Show"]);
    await other.api.refused("GET /api/tasks/{task_id}/files/{part}", "NOT_FOUND", {
      params: { task_id: taskId, part: "1" },
    });
    expect((await known()).filter(({ dir }) => dir.includes(taskId))).toEqual([]);
  });

  it.each([
    ["that names no torrent", "magnet:?dn=x", /names no torrent/],
    ["of version 2 alone", `magnet:?xt=urn:btmh:1220${"a".repeat(64)}`, /names no torrent/],
    [
      "whose trackers are on private networks",
      `magnet:?xt=urn:btih:${"a".repeat(40)}&tr=http%3A%2F%2F127.0.0.1%2Fannounce&tr=udp%3A%2F%2F10.0.0.1%3A80&tr=ftp%3A%2F%2F127.0.0.2%2F`,
      /none of its trackers is a public address/,
    ],
  ])("%s is refused", async (_what, url, message) => {
    const answer = await owner.api.refused("POST /api/download", "INVALID_INPUT", { body: { url } });
    expect([answer.error, answer.details?.field]).toEqual([expect.stringMatching(message), "url"]);
  });
});

describe("a .torrent", () => {
  it("fetches a file from a web seed when no peer has it", async () => {
    const size = 2 * MB;
    const disc = aTorrent("disc.iso", [{ path: [], bytes: contentOf("disc.iso", size) }], {
      webSeeds: [`${files.url}/f/disc.iso?size=${size}`, "http://127.0.0.1:9/disc.iso"],
    });
    tracker.torrents.set("disc.iso", disc.bytes);
    const id = await start(urlOf(disc), { filename: "My disc.iso" });
    expect(await ended(id)).toMatchObject({
      ...{ status: "completed", filename: "My disc.iso", fileCount: 1 },
      files: [{ name: "My disc.iso", bytes: size }],
    });
    expect(readFileSync(at(id, "My disc.iso")).equals(disc.content[0]!.bytes)).toBe(true);
    expect(files.sent.get("/f/disc.iso")).toBeGreaterThanOrEqual(size);
  });

  it("continues after the server was killed half-way", async () => {
    await seeder.call("aria2.changeGlobalOption", SPEED.slow);
    const film = await aFilm("killed.mkv");
    const id = await start(urlOf(film));
    const half = await taskThat(id, ({ downloadedBytes, peers }) => downloadedBytes >= MB && peers === 1);
    expect(half).toMatchObject({ status: "active", type: "torrent", sizeBytes: 12 * MB, seeders: 1 });
    expect(half.speed).toMatch(/\/s$/);
    await server.kill();
    await restart();
    await seeder.call("aria2.changeGlobalOption", SPEED.fast);
    expect(await ended(id)).toMatchObject({ status: "completed", error: null });
    isThere(id, film);
  });

  it("continues after aria2 was killed half-way, and waits while it is down", async () => {
    await seeder.call("aria2.changeGlobalOption", SPEED.slow);
    const film = await aFilm("away.mkv");
    const id = await start(urlOf(film));
    await taskThat(id, ({ downloadedBytes }) => downloadedBytes >= MB);
    await daemon.stop("SIGKILL");
    const waits = await taskThat(id, ({ error }) => error !== null);
    expect([waits.status, waits.error]).toEqual([
      "queued",
      expect.stringMatching(/^aria2 could not be asked: .* could not be reached .*Retrying$/),
    ]);
    await daemon.again();
    await seeder.call("aria2.changeGlobalOption", SPEED.fast);
    expect(await ended(id)).toMatchObject({ status: "completed", error: null });
    isThere(id, film);
  });

  it("is paused, resumed, and cancelled with all its files removed", async () => {
    await seeder.call("aria2.changeGlobalOption", SPEED.slow);
    const film = await aFilm("paused.mkv");
    const id = await start(urlOf(film));
    await taskThat(id, ({ downloadedBytes }) => downloadedBytes >= MB);
    const send = async (line: string) => (await api().send(line, params(id))).json;
    expect((await send("POST /api/tasks/{task_id}/pause")).task).toMatchObject({ status: "paused", peers: null });
    expect((await known()).filter(({ dir }) => dir.includes(id)).map(({ status }) => status)).toEqual(["paused"]);
    expect((await send("POST /api/tasks/{task_id}/resume")).task).toMatchObject({ status: "queued" });
    await taskThat(id, ({ status, downloadedBytes }) => status === "active" && downloadedBytes >= 2 * MB);
    expect((await send("DELETE /api/tasks/{task_id}")).task).toMatchObject({ status: "cancelled", downloadedBytes: 0 });
    expect(existsSync(at(id))).toBe(false);
    expect((await known()).filter(({ dir }) => dir.includes(id))).toEqual([]);
    await seeder.call("aria2.changeGlobalOption", SPEED.fast);
    await send("POST /api/tasks/{task_id}/retry");
    expect(await ended(id)).toMatchObject({ status: "completed" });
    isThere(id, film);
  });

  it("waits for another transfer of the same torrent, then completes", async () => {
    await seeder.call("aria2.changeGlobalOption", SPEED.slow);
    const film = await aFilm("twice.mkv");
    const [first, second] = [await start(urlOf(film)), await start(urlOf(film))];
    // Either of the two may reach aria2 second.
    for (let waits = false; !waits; ) {
      const tasks = [await taskThat(first, () => true), await taskThat(second, () => true)];
      waits = tasks.some(({ error }) => /for another transfer\. Retrying/.test(error ?? ""));
    }
    await seeder.call("aria2.changeGlobalOption", SPEED.fast);
    for (const id of [first, second]) {
      expect(await ended(id)).toMatchObject({ status: "completed", error: null });
      isThere(id, film);
    }
  });

  it("contacts no tracker or web seed in a private network", async () => {
    const private_ = "http://127.0.0.1:9/announce";
    const mixed = aTorrent("mixed.bin", [{ path: [], bytes: randomBytes(100_000) }], {
      trackers: [private_, tracker.announce, "udp://127.1:80/announce", "http://[::1]/announce"],
      webSeeds: ["http://169.254.169.254/x", "http://127.0.0.1/"],
    });
    tracker.torrents.set("mixed.bin", mixed.bytes);
    const id = await start(urlOf(mixed));
    await taskThat(id, ({ sizeBytes }) => sizeBytes !== null);
    let announced: string[][] | undefined;
    while (!announced) announced = (await known()).find(({ dir }) => dir.includes(id))?.bittorrent?.announceList;
    expect(announced).toEqual([[tracker.announce]]);
    await api().send("DELETE /api/tasks/{task_id}", params(id));
    const bad = aTorrent("bad.bin", [{ path: [], bytes: randomBytes(10) }], { trackers: [private_] });
    tracker.torrents.set("bad.bin", bad.bytes);
    expect(await failed(await start(urlOf(bad)))).toMatch(/none of its trackers is a public address/);
  });

  it.each([
    ["above its folder", "../../escape", [["x"]]],
    ["above its folder, by a file", "nice", [["..", "..", "..", "escape"]]],
    ["at the root", "nice", [["", "tmp", "escape"]]],
    ["with a step that is two", "nice", [["../escape"]]],
  ])("whose names lead %s is refused", async (_what, name, paths) => {
    const hostile = aTorrent(
      name,
      paths.map((path) => ({ path, bytes: randomBytes(10) })),
      { trackers: [tracker.announce] },
    );
    tracker.torrents.set("hostile", hostile.bytes);
    const id = await start(`${tracker.url}/hostile.torrent`);
    expect(await failed(id)).toBe("The torrent cannot be used: its names lead out of its folder");
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(all.filter((path) => path.includes("escape"))).toEqual([]);
  });

  it("with names that no file system accepts is stored under other names", async () => {
    const [bytes, ...more] = Array.from({ length: 4 }, () => randomBytes(40_000));
    const odd = aTorrent(
      ".hidden",
      [
        { path: ["CON"], bytes: bytes! },
        { path: ["same?"], bytes: more[0]! },
        { path: ["same*"], bytes: more[1]! },
        { path: ["same_", "file"], bytes: more[2]! },
      ],
      { webSeeds: [], trackers: [tracker.announce] },
    );
    tracker.torrents.set("odd", odd.bytes);
    await seed(seeder, join(folder, "seed"), odd, tracker);
    const id = await start(`${tracker.url}/odd.torrent`);
    const { files: found } = await ended(id);
    expect(found.map(({ name }) => name)).toEqual(["_CON", "same_", "2 same_", "2 file"]);
    expect(readFileSync(at(id, "hidden", "2 file")).equals(more[2]!)).toBe(true);
  });

  it.each([
    ["that is none", Buffer.from("<html>"), /it is not a \.torrent file/],
    ["of version 2 alone", Buffer.from("d4:infod4:name1:x12:piece lengthi1eee"), /version 2 alone/],
    ["without files", Buffer.from("d4:infod5:filesle4:name1:x6:pieces0:ee"), /it has no files/],
  ])("%s fails clearly", async (_what, bytes, message) => {
    tracker.torrents.set("wrong", bytes);
    expect(await failed(await start(`${tracker.url}/wrong.torrent`))).toMatch(message);
    expect(await failed(await start(`${tracker.url}/nowhere.torrent`))).toMatch(/answered 404/);
  });
});

it("is uploaded to a bucket with its folders, large files in parts", async () => {
  const [large, small] = [randomBytes(MB + 5), randomBytes(10)];
  const album = aTorrent(
    "Album",
    [
      { path: ["Disc 1", "01.flac"], bytes: large },
      { path: ["cover.jpg"], bytes: small },
    ],
    { trackers: [tracker.announce] },
  );
  await seed(seeder, join(folder, "seed"), album, tracker);
  const set = await api().send("PUT /api/config/transfers", { body: { maxSplitSize: "1 MB" } });
  expect(set.status).toBe(200);
  const task = await ended(await start(album.magnet, { destination: "s3", folderId: "music" }));
  expect(task).toMatchObject({ status: "completed", type: "torrent", progress: 100, fileCount: 3 });
  expect(task.files.map(({ name, href, remote }) => [name, href, remote])).toEqual([
    ["Disc 1/01.flac.001", null, "s3://muster/music/Album/Disc 1/01.flac.001"],
    ["Disc 1/01.flac.002", null, "s3://muster/music/Album/Disc 1/01.flac.002"],
    ["cover.jpg", null, "s3://muster/music/Album/cover.jpg"],
  ]);
  const got = (key: string) => s3.objects.get(`/muster/music/Album/${key}`)!;
  expect(Buffer.concat([got("Disc 1/01.flac.001"), got("Disc 1/01.flac.002")]).equals(large)).toBe(true);
  expect(got("cover.jpg").equals(small)).toBe(true);
  expect(existsSync(at(task.id))).toBe(false);
});

it("reports that aria2 refuses the secret", async () => {
  const film = await aFilm("secret.mkv", 1000);
  await server.stop();
  await restart({ ARIA2_RPC_SECRET: "another" });
  expect(await failed(await start(urlOf(film)))).toMatch(/ARIA2_RPC_SECRET must be its --rpc-secret/);
  expect(server.log()).not.toMatch(/another|a secret of the tests/);
});
