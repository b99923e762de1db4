import { route } from "@/lib/edge/http";
import { listServices } from "@/lib/operations/system/contract";

export const GET = route({
  contract: listServices,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { services, system }, actor }) => ({
    services: services.list(actor),
    jobs: system.jobs(actor),
    caches: system.caches(actor),
  }),
});
