import { route } from "@/lib/edge/http";
import { exportMessages } from "@/lib/fleet/telemetry/contract.export";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportMessages,
  auth: ["user", "bot"],
  rateLimit: "export",
  handle: async ({ app: { telemetry }, actor, query }) => attachment(await telemetry.exportMessages(actor, query)),
});
