import { Readable } from "node:stream";
import { getMemeImage } from "@/lib/community/feeds/contract";
import { Custom, route } from "@/lib/edge/http";

export const GET = route({
  contract: getMemeImage,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { memes }, query }) => {
    const { type, bytes } = await memes.image(query.u, query.s);
    const headers = {
      "cache-control": "private, max-age=86400",
      "content-security-policy": "default-src 'none'; sandbox",
      "content-length": String(bytes.length),
    };
    return new Custom({ contentType: type, headers, stream: Readable.from([bytes]) });
  },
});
