import { resetConfigSection, sectionContracts } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: resetConfigSection,
  auth: ["user"],
  permission: "staff",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { config, accounts }, actor, params, version }) => {
    await accounts.demandProof(actor, sectionContracts[params.section].put);
    return {
      success: true as const,
      ...(await config.reset(actor, params.section, version)),
    };
  },
});
