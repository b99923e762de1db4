/** Pictures of Discord and of the sources of memes, through this server: the app's web client may not load them itself. */
import type { Actor } from "@/lib/core/actor";
import { registerCache } from "@/lib/core/caches";
import type { Clock } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { asMember, type DemandMember } from "./service.members";

export const PROXY_BYTES = 8_388_608;
const HOSTS = new Set([
  ...["cdn.discordapp.com", "media.discordapp.net"],
  ...["i.redd.it", "preview.redd.it", "external-preview.redd.it", "i.imgur.com", "i.imgflip.com"],
]);
export const PICTURE_TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);
/** The most that all kept pictures take together, and their number: the address of a small one takes more than the picture. */
const KEPT_BYTES = 33_554_432;
const KEPT_MAX = 2_000;
const KEPT_MS = 3_600_000;

type Picture = { type: string; bytes: Buffer };
type Deps = {
  demandMember: DemandMember;
  /** The configured communities of Lemmy, whose instances host pictures. */
  communities: () => Promise<readonly string[]>;
  /** Fetches through the outbound guard, which refuses private addresses. */
  fetchPicture: (url: URL) => Promise<{ status: number; body: Buffer }>;
  /** Detects the type of a picture from its bytes; undefined for anything else. */
  typeOf: (bytes: Buffer) => Promise<string | undefined>;
  now: Clock;
};

/** Keeps the pictures that were asked for last, up to a number of bytes. */
function createKept(now: Clock) {
  const kept = new Map<string, Picture & { at: number }>();
  let bytes = 0;
  function drop(url: string): void {
    bytes -= kept.get(url)?.bytes.length ?? 0;
    kept.delete(url);
  }
  registerCache("proxied_images", {
    size: () => kept.size,
    clear: () => {
      kept.clear();
      bytes = 0;
    },
  });
  return {
    get(url: string): Picture | undefined {
      const found = kept.get(url);
      if (found && found.at <= now() - KEPT_MS) drop(url);
      return kept.get(url);
    },
    add(url: string, picture: Picture): void {
      drop(url);
      kept.set(url, { ...picture, at: now() });
      bytes += picture.bytes.length;
      while (bytes > KEPT_BYTES || kept.size > KEPT_MAX) drop(kept.keys().next().value!);
    },
  };
}

export function createImageProxy({ demandMember, communities, fetchPicture, typeOf, now }: Deps) {
  const kept = createKept(now);
  return {
    /** @throws FORBIDDEN · INVALID_INPUT another host · BAD_GATEWAY no picture · GATEWAY_TIMEOUT */
    async image(actor: Actor, text: string): Promise<Picture> {
      await asMember(demandMember, actor);
      const url = new URL(text);
      const instances = (await communities()).map((name) => name.slice(name.indexOf("@") + 1).toLowerCase());
      if (url.port !== "" || (!HOSTS.has(url.hostname) && !instances.includes(url.hostname)))
        throw invalid("url", `must be on one of ${[...HOSTS, ...new Set(instances)].join(", ")}`);
      const before = kept.get(url.href);
      if (before) return before;
      const { status, body: bytes } = await fetchPicture(url);
      if (status !== 200) throw new AppError("BAD_GATEWAY", `${url.hostname} answered ${status}`);
      const type = await typeOf(bytes);
      if (type === undefined) throw new AppError("BAD_GATEWAY", "The address does not lead to a picture");
      kept.add(url.href, { type, bytes });
      return { type, bytes };
    },
  };
}
