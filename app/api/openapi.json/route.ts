import { route } from "@/lib/http";
import { openApi } from "@/lib/http/openapi";
import { openapi } from "@/lib/system/contract";

export const GET = route({ contract: openapi, auth: ["public", "user", "bot"], rateLimit: "public", handle: openApi });
