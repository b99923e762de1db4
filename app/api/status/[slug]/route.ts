import { route } from "@/lib/edge/http";
import { getStatusReport } from "@/lib/operations/status-pages/contract.public";

export const GET = route({
  contract: getStatusReport,
  auth: ["public"],
  rateLimit: "public",
  handle: ({ app, params, query }) => app.statusReaders.report(params.slug, query.key),
});
