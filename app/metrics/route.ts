import { env } from "@/lib/env";
import { Custom, route } from "@/lib/http";
import { metrics } from "@/lib/metrics";
import { metrics as contract } from "@/lib/metrics/contract";

const [contentType] = contract.alsoProduces;

export const GET = route({
  contract,
  auth: env.OPEN_METRICS ? ["user", "public"] : ["user"],
  permission: env.OPEN_METRICS ? undefined : "admin",
  token: env.METRICS_TOKEN,
  rateLimit: "rest",
  dialect: "mltb",
  handle: async () => {
    const text = await metrics.text();
    return new Custom({
      contentType,
      stream: (async function* () {
        yield text;
      })(),
    });
  },
});
