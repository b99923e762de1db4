import { Readable } from "node:stream";
import { Custom, route } from "@/lib/edge/http";
import { getStatusBadge } from "@/lib/operations/status-pages/contract.public";

export const GET = route({
  contract: getStatusBadge,
  auth: ["public"],
  rateLimit: "public",
  handle: async ({ app, params, query: { key, line, show } }) => {
    const { svg, visibility } = await app.statusReaders.badge(params.slug, { key, line, show });
    const headers = {
      "cache-control": `${visibility === "public" ? "public" : "private"}, max-age=60`,
      "content-security-policy": "default-src 'none'; sandbox",
    };
    return new Custom({ contentType: "image/svg+xml; charset=utf-8", headers, stream: Readable.from([svg]) });
  },
});
