import { route } from "@/lib/http";
import { services } from "@/lib/system";
import { restartService } from "@/lib/system/contract";

export const POST = route({
  contract: restartService,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: ({ actor, params }) => services.restart(actor, params.service),
});
