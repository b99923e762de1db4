/**
 * Headers under which what somebody else wrote is sent: a download (or, for images, shown in place), never taken for
 * anything but its type, and, if a browser opens it all the same, without scripts, forms, requests or this site's origin.
 */
export const contained = (name: string, inline: boolean, allowed = ""): Record<string, string> => ({
  "content-disposition": `${inline ? "inline" : "attachment"}; filename="${name.replace(/[^\w.-]+/g, "_")}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)}`,
  "content-security-policy": `default-src 'none'; ${allowed}sandbox`,
  "cross-origin-resource-policy": "same-origin",
});
