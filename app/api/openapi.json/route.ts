import { route } from "@/lib/edge/http";
import { openApi } from "@/lib/edge/http/openapi";
import { getOpenApi } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getOpenApi,
  auth: ["public", "user", "bot"],
  rateLimit: "public",
  handle: openApi,
});
