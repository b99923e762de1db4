import { getXpConfig } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";
import { sectionRoutes } from "../section-routes";

export const { PUT } = sectionRoutes("xp");

export const GET = route({
  contract: getXpConfig,
  auth: ["user"],
  permission: "staff",
  rateLimit: "rest",
  async handle({ app, actor }) {
    const { version, ...config } = await app.config.read(actor, "xp");
    return { success: true as const, config, ...config, version };
  },
});
