/** A server with aria2, a tracker with a seeder, and web seeds: torrents that tests let the server fetch. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, vi } from "vitest";
import { getTask, startDownload, type Task } from "@/lib/operations/transfers/contract";
import { Api } from "./api";
import { eventually } from "./eventually";
import { aUser, type TestUser } from "./factories";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "./process";
import { type FilesStandin, filesStandin } from "./standins/files";
import { type S3Standin, s3Standin } from "./standins/s3";
import {
  type Aria2,
  aria2,
  aTorrent,
  seed,
  type Torrent,
  type TorrentServer,
  torrentServer,
} from "./standins/torrents";

// aria2 takes a while to announce itself, learn of peers and connect, especially on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
export const SPEED = { slow: { "max-overall-upload-limit": "1M" }, fast: { "max-overall-upload-limit": "0" } };
export let folder: string;
export let tracker: TorrentServer;
export let seeder: Aria2;
export let daemon: Aria2;
export let files: FilesStandin;
export let s3: S3Standin;
export let server: ServerProcess;
export let owner: TestUser;
export let other: TestUser;
const begin = (over: Record<string, string> = {}) =>
  startServer({
    ...{ DATA_DIR: join(folder, "data"), OUTBOUND_ALLOW_CIDRS: "127.0.0.2" },
    ...{ S3_ENDPOINT: s3.url, S3_BUCKET: "muster", S3_ACCESS_KEY_ID: "AKID", S3_SECRET_ACCESS_KEY: "unused" },
    ...{ ARIA2_RPC_URL: daemon.url, ARIA2_RPC_SECRET: daemon.secret, ...over },
  });
beforeAll(async () => {
  folder = temporaryFolder();
  for (const name of ["data", "seed", "aria2"]) mkdirSync(join(folder, name));
  [tracker, files, s3] = await Promise.all([torrentServer(), filesStandin(), s3Standin()]);
  [seeder, daemon] = await Promise.all([aria2(join(folder, "seed")), aria2(join(folder, "aria2"))]);
  server = await begin();
  [owner, other] = [await aUser("user", server.url), await aUser("user", server.url)];
});
afterAll(async () => {
  expect(await server.stop()).toBe(0);
  await Promise.all([seeder.stop(), daemon.stop(), tracker.close(), files.close(), s3.close()]);
  removeFolder(folder);
});
beforeEach(() => seeder.call("aria2.changeGlobalOption", SPEED.fast));

/** Starts the server anew, after it was stopped or killed. */
export async function restart(over: Record<string, string> = {}): Promise<void> {
  server = await begin(over);
}

export const MB = 1_048_576;
export const params = (task_id: string) => ({ params: { task_id } });

export const api = () => new Api(server.url).bearer(API_TOKEN);

export const start = async (url: string, over: object = {}) =>
  (await api().call(startDownload, { body: { url, ...over } })).taskId;

export const taskThat = (id: string, fits: (task: Task) => boolean): Promise<Task> =>
  eventually(() => api().call(getTask, params(id)), fits);

export const ended = (id: string) => taskThat(id, ({ status }) => !["queued", "active"].includes(status));

/** The error of a failed transfer. */
export const failed = async (id: string) => (await taskThat(id, ({ status }) => status === "failed")).error;

export const at = (id: string, ...path: string[]) => join(folder, "data", "downloads", id, ...path);

export async function known(): Promise<{ dir: string; status: string; bittorrent?: { announceList?: string[][] } }[]> {
  const lists = await Promise.all([
    daemon.call<never[]>("aria2.tellActive"),
    daemon.call<never[]>("aria2.tellWaiting", 0, 99),
    daemon.call<never[]>("aria2.tellStopped", 0, 99),
  ]);
  return lists.flat();
}

/** A torrent of one file with a seed. */
export async function aFilm(name: string, size = 12 * MB): Promise<Torrent> {
  const film = aTorrent(name, [{ path: [], bytes: randomBytes(size) }], { trackers: [tracker.announce] });
  tracker.torrents.set(name, film.bytes);
  await seed(seeder, join(folder, "seed"), film, tracker);
  return film;
}

export const urlOf = ({ name }: Torrent) => `${tracker.url}/${name}.torrent`;

export const isThere = (id: string, { name, content }: Torrent) =>
  expect(readFileSync(at(id, name)).equals(content[0]!.bytes)).toBe(true);
