/** Serves meme pictures through this server, so that the reader's browser does not contact the sites that host them. */
import { AppError } from "@/lib/core/errors";

type Deps = {
  sign: (text: string) => string;
  same: (a: string, b: string) => boolean;
  /** Fetches a picture through the outbound guard. */
  fetchImage: (url: string) => Promise<Buffer>;
  /** Detects the media type from the bytes. */
  typeOf: (bytes: Buffer) => Promise<string | undefined>;
};

const IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];

export function createMemeImages({ sign, same, fetchImage, typeOf }: Deps) {
  return {
    /** Returns the path that shows the picture; its signature allows this address alone. */
    pathOf: (url: string) => `/api/memes/image?u=${encodeURIComponent(url)}&s=${sign(url)}`,

    /**
     * Returns a picture. Only addresses that this server signed are fetched, so that it is not an open proxy. @throws
     * FORBIDDEN, BAD_GATEWAY
     */
    async image(url: string, signature: string): Promise<{ type: string; bytes: Buffer }> {
      if (!same(sign(url), signature))
        throw new AppError("FORBIDDEN", "s: this address was not given out by this server");
      const bytes = await fetchImage(url);
      const type = await typeOf(bytes);
      if (!type || !IMAGE_TYPES.includes(type))
        throw new AppError("BAD_GATEWAY", "The link does not lead to a picture");
      return { type, bytes };
    },
  };
}
