"use client";
import { RotateCw, Send, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog, Dialog } from "@/app/_ui/dialog";
import type { Bot } from "@/lib/bots/contract";
import { removeBot } from "@/lib/bots/queries";
import { enqueueCommand, enqueuePower } from "@/lib/commands/queries";
import { CommandForm } from "../_composer/form";
import { useCommandHistory } from "../_composer/history";
import { type BulkJob, BulkRun } from "./bulk-run";

type BulkBarProps = {
  bots: Bot[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onDone: () => void;
};

/** What can be done to the chosen bots. Every action goes through the single-bot API and reports per bot. */
export function BulkBar({ bots, selected, onSelect, onDone }: BulkBarProps) {
  const [asking, setAsking] = useState<"command" | "stop" | "delete" | null>(null);
  const [job, setJob] = useState<BulkJob | null>(null);
  const [draft, setDraft] = useState({ type: "", payload: "{}" });
  const { drafts, remember } = useCommandHistory("*");
  const ids = [...selected];
  const count = ids.length;
  const none = count === 0;
  const noun = count === 1 ? "1 bot" : `${count} bots`;
  const start = (title: string, act: BulkJob["act"]) => {
    setAsking(null);
    const names = new Map(bots.map((bot) => [bot.id, bot.name]));
    setJob({ title, act, targets: ids.map((id) => ({ id, name: names.get(id) ?? id })) });
  };
  const delivered = (id: string) =>
    bots.find((bot) => bot.id === id)?.status === "offline" ? "queued (offline)" : "queued";

  return (
    <section
      aria-label="Actions for the selected bots"
      className="mb-3 flex flex-wrap items-center gap-2 rounded-md border border-accent bg-accent-soft px-3 py-2"
    >
      <p className="tnum mr-2 font-medium text-sm" aria-live="polite">
        {count} selected
      </p>
      <Button size="sm" disabled={none} onClick={() => setAsking("command")}>
        <Send aria-hidden /> Send command
      </Button>
      <Button
        size="sm"
        disabled={none}
        onClick={() => start(`Restart ${noun}`, (id) => enqueuePower(id, "restart").then(() => delivered(id)))}
      >
        <RotateCw aria-hidden /> Restart
      </Button>
      <Button size="sm" disabled={none} onClick={() => setAsking("stop")}>
        <Square aria-hidden /> Stop
      </Button>
      <Button size="sm" disabled={none} onClick={() => setAsking("delete")}>
        <Trash2 aria-hidden /> Delete
      </Button>
      <span className="ml-auto flex gap-2">
        <Button size="sm" variant="ghost" onClick={() => onSelect(new Set(bots.map((bot) => bot.id)))}>
          Select all {bots.length}
        </Button>
        <Button size="sm" variant="ghost" onClick={onDone}>
          Cancel
        </Button>
      </span>

      <Dialog
        open={asking === "command"}
        onOpenChange={(open) => setAsking(open ? "command" : null)}
        title={`Send a command to ${noun}`}
        description="Each bot gets a command of its own; offline bots get it when they are back."
      >
        <CommandForm
          draft={draft}
          onDraft={setDraft}
          history={drafts}
          submitLabel={`Run on ${noun}`}
          onSubmit={(type, payload) => {
            remember({ type, payload: JSON.stringify(payload, null, 2) });
            start(`${type} on ${noun}`, (id) => enqueueCommand(id, type, payload).then(() => delivered(id)));
          }}
        />
      </Dialog>
      <ConfirmDialog
        open={asking === "stop"}
        onOpenChange={(open) => setAsking(open ? "stop" : null)}
        title={`Stop ${noun}`}
        consequence="Each bot is asked to stop its process. They cannot be started from here again: whatever runs them has to do that."
        verb={`Stop ${noun}`}
        onConfirm={() => start(`Stop ${noun}`, (id) => enqueuePower(id, "stop").then(() => delivered(id)))}
      />
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={(open) => setAsking(open ? "delete" : null)}
        title={`Delete ${noun}`}
        consequence="Their commands, logs, messages, settings and tokens are deleted with them, for good. Running bots are cut off."
        verb={`Delete ${noun}`}
        typeToConfirm={String(count)}
        onConfirm={() => start(`Delete ${noun}`, (id) => removeBot(id).then(() => "deleted"))}
      />
      {job ? (
        <BulkRun
          job={job}
          onClose={() => {
            setJob(null);
            onDone();
          }}
        />
      ) : null}
    </section>
  );
}
