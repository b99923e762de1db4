import { dispositionOf } from "@/lib/edge/http";

/**
 * Headers under which what somebody else wrote is sent: a download (or, for images, shown in place), never taken for
 * anything but its type, and, if a browser opens it all the same, without scripts, forms, requests or this site's origin.
 */
export const contained = (name: string, inline: boolean, allowed = ""): Record<string, string> => ({
  "content-disposition": dispositionOf(name, inline ? "inline" : "attachment"),
  "content-security-policy": `default-src 'none'; ${allowed}sandbox`,
  "cross-origin-resource-policy": "same-origin",
});
