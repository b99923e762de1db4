import { attachmentNamed, Custom, route } from "@/lib/edge/http";
import { downloadBackup } from "@/lib/operations/backups/contract";

export const GET = route({
  contract: downloadBackup,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  feature: "backups",
  rateLimit: "rest",
  dialect: "mltb",
  handle: async ({ app: { backups }, actor, params: { filename }, req }) => {
    const { start, end, size, partial, stream } = await backups.download(actor, filename, req.header("range"));
    const headers = {
      "content-disposition": attachmentNamed(filename),
      "content-length": String(end - start + 1),
      "accept-ranges": "bytes",
      ...(partial && { "content-range": `bytes ${start}-${end}/${size}` }),
    };
    return new Custom({ status: partial ? 206 : 200, contentType: "application/gzip", headers, stream });
  },
});
