import {
  mayModeratorsChange,
  mayStaffRead,
  type SectionName,
  type SectionPatch,
  sectionContracts,
} from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

/** GET and PUT of one section. */
export function sectionRoutes(name: SectionName) {
  const { get, put } = sectionContracts[name];
  return {
    GET: route({
      contract: get,
      auth: ["user"],
      permission: mayStaffRead(name) ? "staff" : "admin",
      rateLimit: "rest",
      handle: ({ app: { config }, actor }) => config.read(actor, name),
    }),
    PUT: route({
      contract: put,
      auth: ["user"],
      permission: mayModeratorsChange(name) ? "staff" : "admin",
      scope: "admin",
      rateLimit: "rest",
      handle: async ({ app: { config }, actor, body, version }) => ({
        success: true as const,
        ...(await config.update(actor, name, { ...(body as SectionPatch<SectionName>), version })),
      }),
    }),
  };
}
