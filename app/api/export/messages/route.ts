import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { exportMessages } from "@/lib/telemetry/contract";
import { attachment } from "../attachment";

export const GET = route({
  contract: exportMessages,
  auth: ["user", "bot"],
  rateLimit: "export",
  handle: async ({ actor, query }) => attachment(await telemetry.exportMessages(actor, query)),
});
