import { Custom } from "@/lib/http";
import type { Download } from "@/lib/telemetry";

/** A download as a reply that browsers save under its name. */
export const attachment = ({ filename, contentType, stream }: Download): Custom =>
  new Custom({ stream, contentType, headers: { "content-disposition": `attachment; filename="${filename}"` } });
