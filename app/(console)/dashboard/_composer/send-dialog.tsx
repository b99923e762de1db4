"use client";
import { useMemo, useState } from "react";
import { Dialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { writeJson } from "@/lib/core/format/json";
import { countText } from "@/lib/core/format/units";
import { useOfferedCommands } from "@/lib/fleet/manifests/queries";
import type { ScheduleDraft } from "../_schedules/schedule-draft";
import { scheduledDraft } from "../_schedules/scheduled-draft";
import { BulkSend } from "../bots/_list/bulk-send";
import type { BulkSending } from "../bots/_list/use-bulk-sending";
import { CommandForm } from "./form";
import { useCommandHistory } from "./history";
import { TargetPicker, useTargets } from "./target-picker";

const ScheduleDialog = lazyPart(() => import("../_schedules/schedule-dialog"));

/** Sends one command to every bot that fits a filter, and then shows the outcome for each. */
export default function SendDialog({ onClose }: { onClose: () => void }) {
  const targets = useTargets();
  const { bots, isReady } = targets;
  const [draft, setDraft] = useState({ type: "", payload: "{}" });
  const [sending, setSending] = useState<BulkSending | null>(null);
  const { drafts, remember } = useCommandHistory("*");
  const ids = useMemo(() => bots.map(({ id }) => id), [bots]);
  const offered = useOfferedCommands(ids);
  const [scheduling, setScheduling] = useState<Partial<ScheduleDraft> | null>(null);
  if (scheduling) return <ScheduleDialog initial={scheduling} onSaved={onClose} onClose={onClose} />;
  if (sending) return <BulkSend sending={sending} onClose={onClose} />;
  const noun = countText(bots.length, "bot");
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Send a command"
      description="Each bot gets its own command. Offline bots get it when they reconnect."
    >
      <div className="space-y-4">
        <TargetPicker targets={targets} />
        <CommandForm
          draft={draft}
          onDraft={setDraft}
          history={drafts}
          offered={offered.data?.commands}
          targets={bots.map(({ name }) => name)}
          submitLabel={bots.length === 0 ? "No bots match" : `Run on ${noun}`}
          disabled={!isReady}
          onSchedule={(command) => setScheduling(scheduledDraft(command, { filter: targets.filter }))}
          onSubmit={(command) => {
            remember({ type: command.type, payload: writeJson(command.payload, 2) });
            // The bots as they were shown: a bot that starts to match later does not get the command.
            setSending({ title: `${command.type} on ${noun}`, targets: [...bots], command });
          }}
        />
      </div>
    </Dialog>
  );
}
