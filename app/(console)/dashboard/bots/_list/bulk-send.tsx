"use client";
import { Button } from "@/app/_ui/button";
import { CopyButton } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import { bulkCurlOf } from "../../_composer/result";
import { BulkOutcomes } from "./bulk-outcomes";
import { BulkProgress } from "./bulk-progress";
import { type BulkGroups, type BulkSending, useBulkSending } from "./use-bulk-sending";

/** Sends one command to many bots and shows, live, which bots got it, which still wait and which refused. */
export function BulkSend({ sending, onClose }: { sending: BulkSending; onClose: () => void }) {
  const bulk = useBulkSending(sending);
  const { groups, busy, problem } = bulk;
  const failed = groups.failed.length + groups.refused.length;
  const ids = sending.targets.map(({ id }) => id);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !busy && onClose()}
      title={sending.title}
      footer={
        <>
          {!busy && groups.waiting.length > 0 ? (
            <Button onClick={bulk.cancelWaiting}>Cancel queued ({groups.waiting.length})</Button>
          ) : null}
          {!busy && failed > 0 ? <Button onClick={bulk.retryFailed}>Retry failures ({failed})</Button> : null}
          {!busy && bulk.unsent > 0 ? <Button onClick={bulk.sendUnsent}>Send again ({bulk.unsent})</Button> : null}
          <Button variant="primary" loading={busy} onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {problem ? (
        <p role="alert" className="mb-2 text-[13px] text-bad">
          {problem}
        </p>
      ) : null}
      <p className="tnum mb-2 text-sm" role="status">
        {bulk.isAnswered ? summary(groups) : `Sending to ${bulk.total}…`}
      </p>
      <BulkProgress value={bulk.settled} max={bulk.total} label="Finished" />
      <BulkOutcomes groups={groups} />
      <CopyButton text={bulkCurlOf(ids, sending.command, window.location.origin)} label="Copy as curl" showLabel />
    </Dialog>
  );
}

/** "8 delivered, 2 queued". */
function summary({ delivered, waiting, ended, refused }: BulkGroups): string {
  const counts = [
    delivered.length > 0 && `${delivered.length} delivered`,
    waiting.length > 0 && `${waiting.length} queued`,
    ended.length > 0 && `${ended.length} not delivered`,
    refused.length > 0 && `${refused.length} rejected`,
  ];
  return counts.filter(Boolean).join(", ");
}
