import { iso, now } from "@/lib/core/clock";
import { ping } from "@/lib/edge/compat/haze/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: ping,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: () => ({ status: "ok" as const, message: "pong" as const, timestamp: iso(now()) }),
});
