import { toast } from "@/app/_ui/toast";
import { ATTACHMENTS_PER_MESSAGE } from "@/lib/community/tickets/contract.constants";
import type { useFiles } from "@/lib/community/tickets/conversation/queries.outbox";
import { countText } from "@/lib/core/format/units";

/** Adds files to the next message. If there are too many, says how many were left out. */
export function addFiles(files: Pick<ReturnType<typeof useFiles>, "add">, chosen: readonly File[]): void {
  const left = files.add(chosen);
  if (left > 0)
    toast.error(
      `${countText(left, "file was", "files were")} not added: a message can carry at most ${ATTACHMENTS_PER_MESSAGE}`,
    );
}
