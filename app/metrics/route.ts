import { env } from "@/lib/core/env";
import { Custom, route } from "@/lib/edge/http";
import { getMetrics as contract } from "@/lib/edge/metrics/contract";

const [contentType] = contract.alsoProduces;

export const GET = route({
  contract,
  auth: env.OPEN_METRICS ? ["user", "public"] : ["user"],
  permission: env.OPEN_METRICS ? undefined : "admin",
  token: env.METRICS_TOKEN,
  localAccess: {},
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { metrics } }) => {
    const text = await metrics.text();
    return new Custom({
      contentType,
      stream: (async function* () {
        yield text;
      })(),
    });
  },
});
