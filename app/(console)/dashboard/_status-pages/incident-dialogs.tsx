"use client";
import { useState } from "react";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import { INCIDENT_STATES } from "@/app/status/labels";
import type { Incident } from "@/lib/operations/status-pages/contract.incidents";
import { useAddIncidentUpdate, useReportIncident } from "@/lib/operations/status-pages/queries";

type State = Incident["state"];

/** The state of an incident, and what readers should know now. */
function StateFields({
  state,
  text,
  onState,
  onText,
}: {
  state: State;
  text: string;
  onState: (state: State) => void;
  onText: (text: string) => void;
}) {
  return (
    <>
      <Field label="State">
        <Select value={state} onChange={(event) => onState(event.target.value as State)}>
          {Object.entries(INCIDENT_STATES).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Message" hint="What readers should know now.">
        <Textarea maxLength={2000} value={text} onChange={(event) => onText(event.target.value)} />
      </Field>
    </>
  );
}

/** Reports an incident, which readers see at once. */
export function ReportDialog({ pageId, onClose }: { pageId: string; onClose: () => void }) {
  const report = useReportIncident(pageId);
  const [title, setTitle] = useState("");
  const [impact, setImpact] = useState<Incident["impact"]>("minor");
  const [state, setState] = useState<State>("investigating");
  const [text, setText] = useState("");
  return (
    <FormDialog
      title="Report incident"
      description="Readers of the page see it at once."
      verb="Report incident"
      ready={title.trim() !== ""}
      busy={report.isPending}
      problem={report.error}
      onSubmit={() =>
        report.mutate(
          { title, impact, state, text },
          {
            onSuccess: () => {
              toast.success(`Incident ${title} reported`);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <Field label="Title">
        <Input
          autoFocus
          maxLength={120}
          autoComplete="off"
          placeholder="Commands are answered late"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </Field>
      <Field label="Impact" hint="With a major one, the page says that there is an outage.">
        <Select value={impact} onChange={(event) => setImpact(event.target.value as Incident["impact"])}>
          <option value="minor">Minor</option>
          <option value="major">Major</option>
        </Select>
      </Field>
      <StateFields state={state} text={text} onState={setState} onText={setText} />
    </FormDialog>
  );
}

/** Adds an update to an incident; its state becomes that of the update. */
export function UpdateDialog({
  pageId,
  incident,
  onClose,
}: {
  pageId: string;
  incident: Incident;
  onClose: () => void;
}) {
  const update = useAddIncidentUpdate(pageId, incident.incident_id);
  const [state, setState] = useState<State>(incident.state);
  const [text, setText] = useState("");
  return (
    <FormDialog
      title={`Update ${incident.title}`}
      description="Readers of the page see it at once."
      verb="Add update"
      ready={text.trim() !== "" || state !== incident.state}
      busy={update.isPending}
      problem={update.error}
      onSubmit={() =>
        update.mutate(
          { state, text },
          {
            onSuccess: () => {
              toast.success(state === "resolved" ? `${incident.title} is resolved` : "Update added");
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    >
      <StateFields state={state} text={text} onState={setState} onText={setText} />
    </FormDialog>
  );
}
