import { route } from "@/lib/edge/http";
import { openApi } from "@/lib/edge/http/openapi";
import { openapi } from "@/lib/operations/system/contract";

export const GET = route({ contract: openapi, auth: ["public", "user", "bot"], rateLimit: "public", handle: openApi });
