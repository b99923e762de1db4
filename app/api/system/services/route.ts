import { route } from "@/lib/http";
import { services, system } from "@/lib/system";
import { listServices } from "@/lib/system/contract";

export const GET = route({
  contract: listServices,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ actor }) => ({ services: services.list(actor), caches: system.caches(actor) }),
});
