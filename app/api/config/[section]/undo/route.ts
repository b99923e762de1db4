import { sectionContracts, undoConfigChange } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: undoConfigChange,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { config, accounts }, actor, params, body }) => {
    await accounts.demandProof(actor, sectionContracts[params.section].put);
    return {
      success: true as const,
      ...(await config.undo(actor, params.section, body.version)),
    };
  },
});
