import { config } from "@/lib/config";
import { type SectionName, type SectionPatch, sectionContracts } from "@/lib/config/contract";
import { route } from "@/lib/http";

/** GET and PUT of one section. */
export function sectionRoutes(name: SectionName) {
  const { get, put } = sectionContracts[name];
  return {
    GET: route({
      contract: get,
      auth: ["user"],
      permission: "admin",
      rateLimit: "rest",
      handle: ({ actor }) => config.read(actor, name),
    }),
    PUT: route({
      contract: put,
      auth: ["user"],
      permission: "admin",
      scope: "admin",
      rateLimit: "rest",
      handle: async ({ actor, body, version }) => ({
        success: true as const,
        ...(await config.update(actor, name, { ...(body as SectionPatch<SectionName>), version })),
      }),
    }),
  };
}
