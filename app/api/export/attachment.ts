import type { Download } from "@/lib/core/format/rows-file";
import { attachmentNamed, Custom } from "@/lib/edge/http";

/** Returns a reply that browsers save as a file with the given name. */
export const attachment = ({ filename, contentType, stream }: Download): Custom =>
  new Custom({ stream, contentType, headers: { "content-disposition": attachmentNamed(filename) } });
