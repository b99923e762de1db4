import { route } from "@/lib/edge/http";
import { restartService } from "@/lib/operations/system/contract";

export const POST = route({
  contract: restartService,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ app: { services }, actor, params }) => services.restart(actor, params.service),
});
