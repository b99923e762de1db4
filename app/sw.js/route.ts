import { SERVICE_WORKER } from "@/lib/community/notifications";
import { getServiceWorker } from "@/lib/community/notifications/contract.devices";
import { Custom, route } from "@/lib/edge/http";

async function* script() {
  yield SERVICE_WORKER;
}

export const GET = route({
  contract: getServiceWorker,
  auth: ["public"],
  rateLimit: "public",
  // An invalid credential is refused here as at the other paths outside /api.
  dialect: "bs",
  handle: () =>
    new Custom({
      stream: script(),
      contentType: "text/javascript; charset=utf-8",
      headers: { "cache-control": "no-cache" },
    }),
});
