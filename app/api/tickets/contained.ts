import { dispositionOf } from "@/lib/edge/http";

/**
 * Returns headers for a file that somebody uploaded. It is a download (images may be shown in place) and browsers may
 * not guess another type. If a browser opens it anyway, it has no scripts, forms, requests or access to this site's
 * origin.
 */
export const contained = (name: string, inline: boolean, allowed = ""): Record<string, string> => ({
  "content-disposition": dispositionOf(name, inline ? "inline" : "attachment"),
  "content-security-policy": `default-src 'none'; ${allowed}sandbox`,
  "cross-origin-resource-policy": "same-origin",
});
