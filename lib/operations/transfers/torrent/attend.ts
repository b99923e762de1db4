/** Follows one aria2 download until it is done. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/lib/core/errors";
import { Waits } from "@/lib/operations/transfers/fetch/open";
import { type Aria2Status, Away, endOf, TAKEN } from "./aria2";
import type { TorrentClient, TorrentFetch } from "./job";

const LOOK_BYTES = 67_108_864;

const taken = () => new Waits("CONFLICT", "aria2 is fetching this torrent for another transfer");
function report(job: TorrentFetch, now: Aria2Status, counts: boolean) {
  job.report({
    ...(counts && { downloaded: now.completedLength }),
    ...{ speed: counts ? now.downloadSpeed : 0, peers: now.connections, seeders: now.numSeeders },
  });
}

/** Runs one aria2 download, and resolves when it is done. Continues one that was started before. */
export async function attend(
  { aria2, pollMs, stallMs }: TorrentClient,
  job: TorrentFetch,
  gid: string,
  add: () => Promise<unknown>,
  size?: number,
): Promise<void> {
  const { signal } = job;
  let limit = 0;
  let last = { bytes: -1, at: performance.now(), looked: job.downloaded };
  const begin = async () => {
    if (size !== undefined) await job.room(size - job.downloaded);
    limit = job.limit();
    await add();
  };
  try {
    const before = await aria2.status(gid, signal);
    if (before?.status === "error" || before?.status === "removed") await aria2.remove(gid);
    for (; ; await sleep(pollMs, undefined, { signal })) {
      const now = await aria2.status(gid, signal);
      if (now?.status === "complete") return;
      if (!now) await begin();
      else if (now.status === "paused") await aria2.unpause(gid, signal);
      else if (now.status === "error") throw now.errorCode === TAKEN ? taken() : endOf(now);
      else if (now.status === "removed") throw new AppError("BAD_GATEWAY", "The download was removed in aria2");
      else {
        const isChecking = now.verifiedLength !== undefined || now.verifyIntegrityPending !== undefined;
        const { completedLength: bytes } = now;
        report(job, now, size !== undefined && !isChecking);
        if (bytes !== last.bytes || isChecking || now.status === "waiting")
          last = { ...last, bytes, at: performance.now() };
        if (performance.now() - last.at > stallMs)
          throw new AppError("GATEWAY_TIMEOUT", "No peers with this torrent were found, or none of them sends data");
        if (bytes - last.looked >= LOOK_BYTES) {
          last.looked = bytes;
          await job.room(0);
        }
        if (limit !== job.limit()) {
          limit = job.limit();
          await aria2.change(gid, { "max-download-limit": String(limit) }, signal);
        }
      }
    }
  } catch (error) {
    // Pause when aborted, so that a later attempt can continue. After `Away` leave the download alone: aria2 may have
    // started it. After any other error remove it.
    if (signal.aborted) await aria2.pause(gid).catch(() => {});
    else if (!(error instanceof Away)) await aria2.remove(gid).catch(() => {});
    throw error;
  }
}
