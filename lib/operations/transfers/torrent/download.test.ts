/** aria2 as it may answer: what it says is told in words, and what it goes on doing is never lost sight of. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Hopeless, Waits } from "@/lib/operations/transfers/fetch/open";
import { aTorrent } from "@/tests/standins/torrents";
import { createAria2 } from "./aria2";
import { createTorrents } from "./download";
import type { TorrentFetch } from "./job";

const gidOf = (id: string) => createHash("sha256").update(`${id} content`).digest("hex").slice(0, 16);
type Call = { method: string; params: unknown[] };

describe("aria2", () => {
  let server: Server;
  let dir: string;
  let calls: Call[];
  /** The answer of each method, computed on every call. */
  let answers: Record<string, (...params: never[]) => unknown>;
  const film = aTorrent("film", [{ path: [], bytes: Buffer.alloc(1000, 1) }]);
  const notFound = (gid: string) => {
    throw new Error(`GID ${gid} is not found`);
  };

  beforeAll(async () => {
    server = createServer(async (req, res) => {
      let text = "";
      for await (const chunk of req) text += chunk;
      const { method, params } = JSON.parse(text) as Call;
      const [token, ...rest] = params as [string, ...never[]];
      calls.push({ method: method.slice(6), params: rest });
      const answer = (status: number, json: object) => res.writeHead(status).end(JSON.stringify(json));
      if (token !== "token:s") return answer(400, { error: { code: 1, message: "Unauthorized" } });
      try {
        return answer(200, { result: await (answers[method.slice(6)] ?? (() => "OK"))(...rest) });
      } catch (error) {
        if (error instanceof Response) return res.writeHead(error.status).end();
        return answer(400, { error: { code: 1, message: (error as Error).message } });
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "muster-aria2-"));
    calls = [];
    // Known once it was added.
    answers = {
      tellStatus: (gid: string) => (calls.some(({ method }) => method === "addTorrent") ? status() : notFound(gid)),
    };
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  let status: () => object;
  const room = (over: { secret?: string; url?: string; stallMs?: number } = {}) =>
    createTorrents({
      aria2: createAria2({
        url: over.url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        secret: over.secret ?? "s",
      }),
      pollMs: 5,
      stallMs: over.stallMs ?? 60_000,
    });
  function job(over: Partial<TorrentFetch> = {}): TorrentFetch {
    mkdirSync(join(dir, "task_1"), { recursive: true });
    writeFileSync(join(dir, "task_1", ".torrent"), film.bytes);
    return {
      ...{ id: "task_1", dir, url: "http://x/film.torrent", name: null, downloaded: 0, maxBytes: 1e9 },
      signal: new AbortController().signal,
      ...{ limit: () => 0, room: async () => {}, known: () => {}, report: () => {}, ...over },
    };
  }
  const methods = () => calls.map(({ method }) => method);
  const deliver = () => writeFileSync(join(dir, "task_1", ".incoming", "film"), film.content[0]!.bytes);

  it("brings a file, and is left with nothing of it", async () => {
    const states = ["waiting", "active", "paused", "active"];
    const reported: unknown[] = [];
    status = () => {
      const now = states.shift() ?? "complete";
      if (now === "complete") deliver();
      return {
        status: now,
        totalLength: "1000",
        completedLength: "500",
        downloadSpeed: "7",
        connections: "2",
        numSeeders: "1",
        dir: "x",
      };
    };
    const content = await room().fetch(job({ report: (now) => reported.push(now), limit: () => 5000 }));
    expect(content).toEqual([{ path: "film", name: "film", bytes: 1000 }]);
    expect(reported).toContainEqual({ downloaded: 500, speed: 7, peers: 2, seeders: 1 });
    expect(methods()).toContain("unpause");
    expect(methods().at(-1)).toBe("removeDownloadResult");
    const added = calls.find(({ method }) => method === "addTorrent")!.params[2];
    expect(added).toMatchObject({
      ...{ gid: gidOf("task_1"), dir: join(dir, "task_1", ".incoming"), "index-out": ["1=film"] },
      ...{ "max-download-limit": "5000", "seed-time": "0" },
    });
    expect(existsSync(join(dir, "task_1", ".incoming"))).toBe(false);
    // A process that ended before it could say so does nothing twice.
    calls = [];
    expect(await room().fetch(job())).toEqual(content);
    expect(methods()).not.toContain("addTorrent");
  });

  it.each([
    ["9", /no room/, true],
    ["18", /must run as the user/, true],
    ["6", /The network failed/, false],
    ["1", /with code 1 \(odd\)/, false],
    ["12", /for another transfer/, false],
  ])("ends with code %s: %s", async (errorCode, message, isHopeless) => {
    status = () => ({ status: "error", errorCode, errorMessage: "odd" });
    const error = await room()
      .fetch(job())
      .catch((thrown) => thrown);
    expect([error.message, error instanceof Hopeless]).toEqual([expect.stringMatching(message), isHopeless]);
    expect(error instanceof Waits).toBe(errorCode === "12");
    expect(methods()).toContain("removeDownloadResult");
  });

  it("has finished elsewhere", async () => {
    status = () => ({ status: "complete" });
    await expect(room().fetch(job())).rejects.toThrow(/its files are not here: it must run on this server's machine/);
  });

  it("finds nobody who sends any of it, and makes way for others", async () => {
    status = () => ({
      status: calls.some(({ method }) => method === "forceRemove") ? "removed" : "active",
      completedLength: "5",
    });
    await expect(room({ stallMs: 20 }).fetch(job())).rejects.toMatchObject({
      code: "GATEWAY_TIMEOUT",
      message: expect.stringMatching(/No peers with this torrent were found/),
    });
    expect(methods().slice(-2)).toEqual(["tellStatus", "removeDownloadResult"]);
  });

  it("is paused when the transfer is", async () => {
    const abort = new AbortController();
    status = () => ({ status: "active", completedLength: "5" });
    const fetching = room().fetch(job({ signal: abort.signal, report: () => abort.abort() }));
    await expect(fetching).rejects.toThrow(/abort/);
    expect(methods().at(-1)).toBe("forcePause");
  });

  it.each([
    ["refuses the secret", { secret: "t" }, /ARIA2_RPC_SECRET must be its --rpc-secret/, true],
    ["is away", { url: "http://127.0.0.1:9" }, /aria2 could not be asked: 127\.0\.0\.1:9 could not be reached/, false],
  ])("%s", async (_what, over, message, isHopeless) => {
    const error = await room(over)
      .fetch(job())
      .catch((thrown) => thrown);
    expect([error.message, error instanceof Hopeless]).toEqual([expect.stringMatching(message), isHopeless]);
  });

  it("takes no torrent that large, and is no aria2", async () => {
    answers.addTorrent = () => {
      throw new Response(null, { status: 413 });
    };
    status = () => notFound("x");
    answers.tellStatus = status;
    await expect(room().fetch(job())).rejects.toThrow(/--rpc-max-request-size/);
    answers.tellStatus = () => {
      throw new Response(null, { status: 404 });
    };
    await expect(room().fetch(job())).rejects.toThrow(/answered 404 and nothing it should \(ARIA2_RPC_URL\)/);
  });

  it("is asked for nothing that is too large, or that the disk has no room for", async () => {
    await expect(room().fetch(job({ maxBytes: 999 }))).rejects.toThrow(/larger than the 999 bytes/);
    const full = new Hopeless("UNAVAILABLE", "full");
    const asked: number[] = [];
    const noRoom = async (bytes: number) => {
      asked.push(bytes);
      throw full;
    };
    await expect(room().fetch(job({ room: noRoom, downloaded: 300 }))).rejects.toBe(full);
    expect(asked).toEqual([700]);
    expect(methods()).not.toContain("addTorrent");
  });

  it("forgets, and is swept of what nobody has any more", async () => {
    answers.tellStatus = (gid: string) => notFound(gid);
    answers.removeDownloadResult = (gid: string) => notFound(gid);
    await room().forget("task_1");
    answers.tellActive = () => [{ gid: "a", dir: join(dir, "task_kept", ".incoming") }];
    answers.tellWaiting = () => [{ gid: "b", dir: join(dir, "task_lost", ".incoming") }, { gid: "e" }];
    answers.tellStopped = () => [
      { gid: "c", dir: "/home/somebody/task_lost/.incoming" },
      { gid: "d", dir: join(dir, "task_lost") },
    ];
    calls = [];
    await room().sweep(dir, async (ids) => new Set(ids.filter((id) => id === "task_kept")));
    expect(calls.flatMap(({ method, params }) => (method === "removeDownloadResult" ? params : []))).toEqual(["b"]);
    await createTorrents({ aria2: undefined, pollMs: 1, stallMs: 1 }).sweep(dir, async () => new Set());
  });
});
