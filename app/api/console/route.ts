import { route } from "@/lib/edge/http";
import { getConsole } from "@/lib/operations/system/contract.console";

export const GET = route({
  contract: getConsole,
  auth: ["public", "user"],
  rateLimit: "public",
  handle: ({ app: { describeConsole }, actor }) => describeConsole(actor),
});
