import { checkRanks } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: checkRanks,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: async ({ app: { ranks } }) => {
    const done = await ranks.checkAll();
    const rest = done.remaining > 0 ? `, ${done.remaining} go on in the background` : "";
    return {
      success: true as const,
      message: `Rank check: ${done.checked} checked, ${done.failed} failed${rest}`,
      ...done,
    };
  },
});
