import { route } from "@/lib/edge/http";
import { asyncApi } from "@/lib/edge/realtime/asyncapi";
import { getAsyncApi } from "@/lib/operations/system/contract";

export const GET = route({
  contract: getAsyncApi,
  auth: ["public", "user", "bot"],
  rateLimit: "public",
  handle: asyncApi,
});
