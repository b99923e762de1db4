"use client";
import { CalendarClock, Send } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { Kbd } from "@/app/_ui/kbd";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import type { OfferedCommand } from "@/lib/fleet/manifests/queries";
import { AboutCommand } from "./about-command";
import { DestructiveConfirm } from "./destructive-confirm";
import type { DispatchDraft } from "./dispatch";
import { DispatchSettings } from "./dispatch-settings";
import type { Draft } from "./history";
import { KNOWN } from "./known-commands";
import { PayloadInput } from "./payload-input";
import { Suggestions } from "./suggestions";
import { TemplateBar } from "./template-bar";
import { useCommandForm } from "./use-command-form";

type CommandFormProps = {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** Commands that every selected bot says it supports. */
  offered?: readonly OfferedCommand[];
  /** Names of the bots that the command goes to, shown when a destructive command is confirmed. */
  targets: readonly string[];
  /** Command types seen before, most used first. */
  seenTypes?: readonly string[];
  /** Commands sent earlier, newest first. The arrow keys step through them. */
  history: readonly Draft[];
  /** The label of the button, which names the effect: "Send to Greeter", "Run on 12 bots". */
  submitLabel: string;
  busy?: boolean;
  /** Set while there is no bot that the command could go to. */
  disabled?: boolean;
  /** Puts the cursor into the field of the type. */
  autoFocus?: boolean;
  error?: string;
  note?: ReactNode;
  /** The icon of the button. */
  icon?: ReactNode;
  /** Fields of the form around the command: above it, and below its payload. */
  before?: ReactNode;
  after?: ReactNode;
  /** The command belongs to a schedule, which decides itself when it is sent. */
  isScheduled?: boolean;
  /** The delivery options at first. */
  dispatch?: DispatchDraft;
  /** Opens the form of a schedule with the command. The button is left out without it. */
  onSchedule?: (command: NewCommand) => void;
  onSubmit: (command: NewCommand) => void;
};

const NONE_OFFERED: readonly OfferedCommand[] = [];

/**
 * Edits a command: type, payload and delivery. ↑ and ↓ in the type field step through the history; Ctrl-Enter sends.
 */
export function CommandForm(props: CommandFormProps) {
  const { draft, onDraft, offered = NONE_OFFERED, targets, seenTypes = [], history, submitLabel, busy = false } = props;
  const isBlocked = busy || props.disabled === true;
  const { dispatch, onSubmit } = props;
  const form = useCommandForm({ draft, onDraft, offered, history, busy: isBlocked, dispatch, onSubmit });
  const { known, shown } = form;
  return (
    <>
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          form.submit();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          form.submit();
        }}
      >
        {props.before}
        <Field label="Command type" error={shown.type} aside={history.length > 0 ? <HistoryHint /> : null}>
          <Input
            value={draft.type}
            autoFocus={props.autoFocus}
            maxLength={64}
            placeholder="send_message"
            className="font-mono"
            autoComplete="off"
            spellCheck={false}
            onKeyDown={form.walk}
            onChange={(event) => onDraft({ ...draft, type: event.target.value })}
          />
        </Field>
        <Suggestions
          offered={offered}
          seen={[...seenTypes, ...Object.keys(KNOWN)]}
          typed={draft.type}
          onPick={form.pick}
        />
        <TemplateBar draft={draft} onDraft={onDraft} />
        {known ? <AboutCommand command={known} /> : null}
        <PayloadInput
          params={known?.params}
          text={draft.payload}
          onText={(text) => onDraft({ ...draft, payload: text })}
          problem={shown.payload}
          empty={shown.empty}
        />
        {props.after}
        <DispatchSettings
          draft={form.dispatch}
          onDraft={form.setDispatch}
          problem={shown.dispatch}
          isScheduled={props.isScheduled}
        />
        {props.error ? (
          <p role="alert" className="text-[13px] text-bad">
            {props.error}
          </p>
        ) : null}
        <Buttons {...props} busy={busy} form={form} />
      </form>
      <DestructiveConfirm
        command={form.asking}
        description={known?.description}
        targets={targets}
        verb={submitLabel}
        onCancel={() => form.setAsking(null)}
        onConfirm={form.send}
      />
    </>
  );
}

type ButtonsProps = Pick<
  CommandFormProps,
  "submitLabel" | "icon" | "busy" | "disabled" | "note" | "isScheduled" | "onSchedule"
> & { form: ReturnType<typeof useCommandForm> };

function Buttons({ form, submitLabel, icon, busy, disabled, note, isScheduled, onSchedule }: ButtonsProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Button
        type="submit"
        variant={form.known?.danger === "destructive" ? "danger" : "primary"}
        loading={busy || !form.isReady}
        disabled={!form.isPayloadValid || disabled}
      >
        {icon ?? <Send aria-hidden />} {submitLabel}
      </Button>
      {onSchedule ? (
        <Button
          disabled={!form.isPayloadValid || disabled}
          onClick={() => {
            const command = form.checked();
            if (command) onSchedule(command);
          }}
        >
          <CalendarClock aria-hidden /> Schedule command
        </Button>
      ) : null}
      {isScheduled ? null : (
        <span className="hidden text-faint text-xs sm:inline">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> to send
        </span>
      )}
      {note}
    </div>
  );
}

function HistoryHint() {
  return (
    <span className="hidden text-faint text-xs sm:inline">
      <Kbd>↑</Kbd> <Kbd>↓</Kbd> history
    </span>
  );
}
