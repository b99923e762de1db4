"use client";
import { RotateCw, Send, Square, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog, Dialog } from "@/app/_ui/dialog";
import { CommandForm } from "@/app/(console)/dashboard/_composer/form";
import { useCommandHistory } from "@/app/(console)/dashboard/_composer/history";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import { removeBot } from "@/lib/fleet/bots/queries";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { useOfferedCommands } from "@/lib/fleet/manifests/queries";
import { type BulkJob, BulkRun } from "./bulk-run";
import { BulkSend, type BulkSending } from "./bulk-send";

const NO_IDS: string[] = [];

type BulkBarProps = {
  bots: Bot[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onDone: () => void;
};

/** Actions for the selected bots. Each reports its outcome per bot. */
export function BulkBar({ bots, selected, onSelect, onDone }: BulkBarProps) {
  const [asking, setAsking] = useState<"command" | "restart" | "stop" | "delete" | null>(null);
  const [job, setJob] = useState<BulkJob | null>(null);
  const [sending, setSending] = useState<BulkSending | null>(null);
  const [draft, setDraft] = useState({ type: "", payload: "{}" });
  const { drafts, remember } = useCommandHistory("*");
  const ids = useMemo(() => [...selected], [selected]);
  const offered = useOfferedCommands(asking === "command" ? ids : NO_IDS);
  const unpublished = offered.data?.unpublished.length ?? 0;
  const count = ids.length;
  const none = count === 0;
  const noun = count === 1 ? "1 bot" : `${count} bots`;
  const names = new Map(bots.map((bot) => [bot.id, bot.name]));
  const targets = ids.map((id) => ({ id, name: names.get(id) ?? id }));
  const start = (title: string, act: BulkJob["act"]) => {
    setAsking(null);
    setJob({ title, act, targets });
  };
  const send = (title: string, command: NewCommand) => {
    setAsking(null);
    setSending({ title, command, targets });
  };

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
      <Button size="sm" disabled={none} onClick={() => setAsking("restart")}>
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
        description="Each bot gets its own command. Offline bots get it when they reconnect."
      >
        <CommandForm
          draft={draft}
          onDraft={setDraft}
          history={drafts}
          offered={offered.data?.commands}
          targets={targets.map((target) => target.name)}
          submitLabel={`Run on ${noun}`}
          note={
            unpublished > 0 && unpublished < count ? (
              <span className="text-[13px] text-muted">
                No suggestions: {unpublished} of these bots {unpublished === 1 ? "has" : "have"} not published a list of
                commands.
              </span>
            ) : null
          }
          onSubmit={(command) => {
            remember({ type: command.type, payload: writeJson(command.payload, 2) });
            send(`${command.type} on ${noun}`, command);
          }}
        />
      </Dialog>
      <ConfirmDialog
        open={asking === "restart"}
        onOpenChange={(open) => setAsking(open ? "restart" : null)}
        title={`Restart ${noun}`}
        consequence={`Asks ${count === 1 ? "the bot" : `all ${count} bots`} to restart. Bots do not respond until they are back. Offline bots restart when they reconnect.`}
        verb={`Restart ${noun}`}
        tone="primary"
        onConfirm={() => send(`Restart ${noun}`, { type: "restart", payload: {} })}
      />
      <ConfirmDialog
        open={asking === "stop"}
        onOpenChange={(open) => setAsking(open ? "stop" : null)}
        title={`Stop ${noun}`}
        consequence="Asks each bot to stop its process. You cannot start bots again from Muster; start them where they run."
        verb={`Stop ${noun}`}
        onConfirm={() => send(`Stop ${noun}`, { type: "stop", payload: {} })}
      />
      <ConfirmDialog
        open={asking === "delete"}
        onOpenChange={(open) => setAsking(open ? "delete" : null)}
        title={`Delete ${noun}`}
        consequence="Deletes the bots and all their commands, logs, messages, settings and tokens. Running bots are disconnected. You cannot undo this."
        verb={`Delete ${noun}`}
        typeToConfirm={String(count)}
        onConfirm={() => start(`Delete ${noun}`, (id) => removeBot(id).then(() => "deleted"))}
      />
      {sending ? (
        <BulkSend
          sending={sending}
          onClose={() => {
            setSending(null);
            onDone();
          }}
        />
      ) : null}
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
