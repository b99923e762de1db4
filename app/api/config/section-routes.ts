import { config } from "@/lib/config";
import { type SectionName, type SectionPatch, sectionContracts } from "@/lib/config/contract";
import { Custom, expectedVersion, route } from "@/lib/http";

const etag = ({ version }: { version: number }) => ({ etag: `"${version}"` });

/** GET and PUT of one section. */
export function sectionRoutes(name: SectionName) {
  const { get, put } = sectionContracts[name];
  return {
    GET: route({
      contract: get,
      auth: ["user"],
      permission: "admin",
      rateLimit: "rest",
      handle: async ({ actor }) => {
        const json = await config.read(actor, name);
        return new Custom({ json, headers: etag(json) });
      },
    }),
    PUT: route({
      contract: put,
      auth: ["user"],
      permission: "admin",
      scope: "admin",
      rateLimit: "rest",
      handle: async ({ actor, body, req }) => {
        const patch = { version: expectedVersion(req), ...body } as SectionPatch<SectionName>;
        const { message, ...values } = await config.update(actor, name, patch);
        return new Custom({ json: { success: true, message, ...values }, headers: etag(values) });
      },
    }),
  };
}
