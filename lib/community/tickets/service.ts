/** The services of tickets put together: those of requesters and staff, and the server's own upkeep. */
import { createHistory } from "./conversation/service.history";
import { createConversationPresence } from "./conversation/service.presence";
import { createSending } from "./conversation/service.send";
import { createTranscripts, type TranscriptDeps } from "./conversation/service.transcript";
import { createAssigning } from "./desk/service.assign";
import { createClosing } from "./desk/service.close";
import { createEditing } from "./desk/service.edit";
import { createUpkeep } from "./desk/service.upkeep";
import { createAttachments } from "./files/service";
import { createCommon } from "./service.common";
import { createLists } from "./service.list";
import { createOpening } from "./service.open";
import { createReading } from "./service.read";

export function createTicketServices(deps: TranscriptDeps) {
  const common = createCommon(deps);
  const { transcript, mailTranscript } = createTranscripts(deps, common);
  const upkeep = createUpkeep({ ...deps, mailTranscript }, common);
  const sending = createSending(deps, common);
  const tickets = {
    ...createOpening(deps, common),
    ...createLists(deps),
    ...createReading(deps, common),
    ...sending,
    ...createHistory(deps, common),
    ...createConversationPresence(deps, common),
    ...createAttachments(deps, common),
    transcript,
    ...createAssigning(deps, common),
    ...createClosing({ ...deps, mailTranscript, send: sending.send }, common),
    ...createEditing({ ...deps, upkeep }, common),
  };
  return { tickets, upkeep };
}
