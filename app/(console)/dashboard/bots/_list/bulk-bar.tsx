"use client";
import { RotateCw, Send, Square, Tag, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import type { Bot } from "@/lib/fleet/bots/contract";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { BulkCommand } from "./bulk-command";
import { BulkConfirms, type BulkQuestion } from "./bulk-confirms";
import { type BulkJob, BulkRun } from "./bulk-run";
import { BulkSend } from "./bulk-send";
import { BulkTags } from "./bulk-tags";
import type { BulkSending } from "./use-bulk-sending";

const ACTIONS: { question: BulkQuestion; icon: ReactNode; label: string }[] = [
  { question: "command", icon: <Send aria-hidden />, label: "Send command" },
  { question: "tags", icon: <Tag aria-hidden />, label: "Change tags" },
  { question: "restart", icon: <RotateCw aria-hidden />, label: "Restart" },
  { question: "stop", icon: <Square aria-hidden />, label: "Stop" },
  { question: "delete", icon: <Trash2 aria-hidden />, label: "Delete" },
];

type BulkBarProps = {
  bots: Bot[];
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onDone: () => void;
};

/** Actions for the selected bots. Each reports its outcome per bot. */
export function BulkBar({ bots, selected, onSelect, onDone }: BulkBarProps) {
  const [asking, setAsking] = useState<BulkQuestion | null>(null);
  const [job, setJob] = useState<BulkJob | null>(null);
  const [sending, setSending] = useState<BulkSending | null>(null);
  const names = new Map(bots.map((bot) => [bot.id, bot.name]));
  const targets = [...selected].map((id) => ({ id, name: names.get(id) ?? id }));
  const start = (title: string, act: BulkJob["act"]) => {
    setAsking(null);
    setJob({ title, act, targets });
  };
  const send = (title: string, command: NewCommand) => {
    setAsking(null);
    setSending({ title, command, targets });
  };
  const finish = () => {
    setSending(null);
    setJob(null);
    onDone();
  };
  return (
    <section
      aria-label="Actions for the selected bots"
      className="mb-3 flex flex-wrap items-center gap-2 rounded-md border border-accent bg-accent-soft px-3 py-2"
    >
      <p className="tnum mr-2 font-medium text-sm" aria-live="polite">
        {targets.length} selected
      </p>
      {ACTIONS.map(({ question, icon, label }) => (
        <Button key={question} size="sm" disabled={targets.length === 0} onClick={() => setAsking(question)}>
          {icon} {label}
        </Button>
      ))}
      <span className="ml-auto flex gap-2">
        <Button size="sm" variant="ghost" onClick={() => onSelect(new Set(bots.map((bot) => bot.id)))}>
          Select all {bots.length}
        </Button>
        <Button size="sm" variant="ghost" onClick={onDone}>
          Cancel
        </Button>
      </span>
      <BulkCommand
        open={asking === "command"}
        onOpenChange={(open) => setAsking(open ? "command" : null)}
        targets={targets}
        onSend={send}
      />
      <BulkConfirms asking={asking} onAsk={setAsking} count={targets.length} onSend={send} onStart={start} />
      {asking === "tags" ? <BulkTags targets={targets} onClose={() => setAsking(null)} onDone={finish} /> : null}
      {sending ? <BulkSend sending={sending} onClose={finish} /> : null}
      {job ? <BulkRun job={job} onClose={finish} /> : null}
    </section>
  );
}
