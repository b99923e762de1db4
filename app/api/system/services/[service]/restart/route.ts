import { route } from "@/lib/edge/http";
import { services } from "@/lib/operations/system";
import { restartService } from "@/lib/operations/system/contract";

export const POST = route({
  contract: restartService,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ actor, params }) => services.restart(actor, params.service),
});
