/** Drive and S3, against local servers that answer as they do. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import { type DriveStandin, driveStandin } from "@/tests/standins/gdrive";
import { type S3Standin, s3Standin } from "@/tests/standins/s3";
import { createDriveSender } from "./gdrive";
import { createS3Sender, keyOf } from "./s3";
import type { Sender, Sending } from "./sender";

const MB = 1_048_576;
const folder = mkdtempSync(join(tmpdir(), "muster-send-"));
const file = join(folder, "file");
const bytes = randomBytes(20 * MB + 7);
writeFileSync(file, bytes);
afterAll(() => rmSync(folder, { recursive: true }));

const sending = (over: Partial<Sending> = {}): Sending => ({
  file,
  part: { name: "film.mkv", from: 5, bytes: bytes.length - 5, remote: null },
  folders: [],
  folderId: null,
  state: {},
  arrived: () => {},
  throttle: async () => {},
  signal: new AbortController().signal,
  ...over,
});
const sent = bytes.subarray(5);

describe("Google Drive", () => {
  let drive: DriveStandin;
  let sender: Sender;
  beforeAll(async () => {
    drive = await driveStandin();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const account = JSON.stringify({
      client_email: "muster@project.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${drive.url}/token`,
    });
    sender = createDriveSender({ account, baseUrl: drive.url });
  });
  afterAll(() => drive.close());

  it("says what to set", () => {
    expect(sender.missing()).toBeUndefined();
    expect(createDriveSender({ baseUrl: "x" }).missing()).toMatch(/set GDRIVE_SERVICE_ACCOUNT/);
    expect(createDriveSender({ account: "{}", baseUrl: "x" }).missing()).toMatch(/no key file/);
    expect(createDriveSender({ account: "/nowhere", baseUrl: "x" }).missing()).toMatch(/no key file/);
  });

  it("takes a file in chunks, keeping of each what it likes", async () => {
    drive.keep = 0.5;
    const arrived: number[] = [];
    const link = await sender.send(sending({ folderId: "abc123xyz", arrived: (count) => arrived.push(count) }));
    drive.keep = 1;
    expect(link).toBe("https://drive.google.com/file/d/id-film.mkv/view");
    const [got] = drive.files.splice(0);
    expect([got!.name, got!.parents, got!.bytes.equals(sent)]).toEqual(["film.mkv", ["abc123xyz"], true]);
    expect(arrived).toEqual([...arrived].sort((a, b) => a - b));
    expect(arrived.at(-1)).toBe(sent.length);
  });

  it("makes the folders of a torrent, each once", async () => {
    const state = {};
    const part = (name: string) => ({ name, from: 0, bytes: 3, remote: null });
    for (const [name, folders] of [
      ["one", ["Show", "Season 1"]],
      ["two", ["Show", "Season 1"]],
      ["notes", ["Show"]],
    ] as const)
      await sender.send(sending({ state, folders, folderId: "abc", part: part(name) }));
    expect(drive.folders).toEqual([
      { name: "Show", parents: ["abc"] },
      { name: "Season 1", parents: ["folder-1"] },
    ]);
    expect(drive.files.splice(0).map(({ name, parents }) => [name, parents])).toEqual([
      ["one", ["folder-2"]],
      ["two", ["folder-2"]],
      ["notes", ["folder-1"]],
    ]);
  });

  it("goes on with the session it had, after a fault and in a later life", async () => {
    const state = {};
    const before = drive.sessions.size;
    const cut = new AbortController();
    const first = sender.send(sending({ state, signal: cut.signal, arrived: (count) => count > 0 && cut.abort() }));
    await expect(first).rejects.toThrow();
    expect(JSON.stringify(state)).not.toContain("upload_id");
    drive.next = [503];
    await expect(sender.send(sending({ state }))).rejects.toMatchObject({ code: "BAD_GATEWAY" });
    await sender.send(sending({ state }));
    expect(drive.files.splice(0)[0]!.bytes.equals(sent)).toBe(true);
    expect(drive.sessions.size).toBeLessThanOrEqual(before + 2);
  });

  it("hears of a file that had arrived when the answer was lost, and sends it no second time", async () => {
    const state: Record<string, unknown> = {};
    const cut = new AbortController();
    const part = { name: "whole", from: 0, bytes: 3, remote: null };
    drive.onFile = () => cut.abort();
    await expect(sender.send(sending({ state, part, signal: cut.signal }))).rejects.toThrow();
    drive.onFile = () => {};
    expect(await sender.send(sending({ state, part }))).toBe("https://drive.google.com/file/d/id-whole/view");
    expect([drive.files.splice(0).length, state.drive]).toEqual([1, undefined]);
  });

  it("gives up for now where Drive takes nothing of what it is sent", async () => {
    drive.keep = 0;
    await expect(sender.send(sending())).rejects.toMatchObject({ code: "BAD_GATEWAY" });
    drive.keep = 1;
  });

  it("fails for good where Drive refuses", async () => {
    await expect(sender.send(sending({ folderId: "missing" }))).rejects.toSatisfy(
      (error) => error instanceof Hopeless && /404: File not found/.test(error.message),
    );
  });

  it("takes a file of no bytes", async () => {
    await sender.send(sending({ part: { name: "empty", from: 0, bytes: 0, remote: null } }));
    expect(drive.files.splice(0).map(({ name, bytes }) => [name, bytes.length])).toEqual([["empty", 0]]);
  });
});

describe("S3", () => {
  let s3: S3Standin;
  let sender: Sender;
  beforeAll(async () => {
    s3 = await s3Standin();
    sender = createS3Sender({
      endpoint: s3.url,
      region: "us-east-1",
      bucket: "backup",
      accessKeyId: "AKID",
      secretAccessKey: "secret",
    });
  });
  afterAll(() => s3.close());

  it("says what to set", () => {
    expect(sender.missing()).toBeUndefined();
    expect(createS3Sender({ region: "x", bucket: "b" }).missing()).toMatch(/S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY$/);
  });

  it("takes large files in parts, small and empty ones whole", async () => {
    let arrived = 0;
    const place = await sender.send(
      sending({
        folderId: "films/../x/",
        arrived: (count) => {
          arrived = count;
        },
      }),
    );
    expect([place, arrived]).toEqual(["s3://backup/films/x/film.mkv", sent.length]);
    expect(s3.objects.get("/backup/films/x/film.mkv")!.equals(sent)).toBe(true);
    await sender.send(sending({ part: { name: "small", from: 10, bytes: 3, remote: null } }));
    await sender.send(
      sending({
        folderId: "x",
        folders: ["Show", "Season 1"],
        part: { name: "deep", from: 0, bytes: 0, remote: null },
      }),
    );
    expect([...s3.objects.keys()]).toContain("/backup/x/Show/Season 1/deep");
    expect(s3.objects.get("/backup/small")!.equals(bytes.subarray(10, 13))).toBe(true);
    await sender.send(sending({ part: { name: "empty", from: 0, bytes: 0, remote: null } }));
    expect(s3.objects.get("/backup/empty")!.length).toBe(0);
  });

  it("takes back what had arrived when it is cancelled", async () => {
    const cut = new AbortController();
    s3.onPart = () => cut.abort();
    await expect(sender.send(sending({ signal: cut.signal }))).rejects.toThrow();
    s3.onPart = () => {};
    // The library sends that once its own work has ended.
    await expect.poll(() => s3.open.size).toBe(0);
  });

  it("fails for good where the bucket refuses", async () => {
    s3.next = [{ status: 403, code: "AccessDenied" }];
    await expect(sender.send(sending({ part: { name: "x", from: 0, bytes: 3, remote: null } }))).rejects.toSatisfy(
      (error) => error instanceof Hopeless && /AccessDenied \(403\)/.test(error.message),
    );
  });

  it("keeps keys within their folder", () => {
    expect(keyOf("/a//./b/../c/", "n")).toBe("a/b/c/n");
    expect(keyOf("", "n")).toBe("n");
  });
});
