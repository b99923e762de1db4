import { attachmentNamed, Custom } from "@/lib/edge/http";
import type { Download } from "@/lib/fleet/telemetry";

/** A download as a reply that browsers save under its name. */
export const attachment = ({ filename, contentType, stream }: Download): Custom =>
  new Custom({ stream, contentType, headers: { "content-disposition": attachmentNamed(filename) } });
