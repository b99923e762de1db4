"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { DraftDialog, type DraftProblem, useDraft } from "@/app/_shell/use-draft";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { StatusPage } from "@/lib/operations/status-pages/contract";
import { type NewPage, type PageChange, useSaveStatusPage } from "@/lib/operations/status-pages/queries";
import { type NewOwner, OwnerField, useOwnerTeam } from "../_shared/owner-select";
import { slugOf, statusPageHref } from "./labels";
import { LinesField } from "./lines-field";

type Props = {
  /** The teams for which the reader may create pages. */
  teams: readonly Team[];
  /** The page to change; a new one is created without it. */
  page?: StatusPage;
  onClose: () => void;
};
type Draft = Required<PageChange>;

const NEW: Draft = { title: "", slug: "", description: "", visibility: "off", components: [] };
const LABELS = {
  ...{ title: "Title", slug: "Address", description: "Description" },
  ...{ visibility: "Visible to", components: "Lines" },
};
/** Fields that show their own error. */
const FIELDS = ["title", "slug", "description", "components"];

const inputOf = ({ title, slug, description, visibility, components }: Draft): Draft => ({
  ...{ title, slug, description, visibility, components },
});

function valuesOf(draft: Draft): Draft | DraftProblem {
  if (draft.title.trim() === "") return { field: "title", message: "Enter a title." };
  const slug = draft.slug || slugOf(draft.title);
  return slug === "" ? { field: "slug", message: "Enter an address of letters and digits." } : { ...draft, slug };
}

/** The state of the form, from its fields to the stored page. */
function usePageForm({ page, onClose }: Pick<Props, "page" | "onClose">) {
  const save = useSaveStatusPage();
  const router = useRouter();
  const [owner, setOwner] = useState<NewOwner>();
  const send = async (body: NewPage, version?: number) => {
    const reply = await save.mutateAsync({ page_id: page?.page_id, body, version });
    toast.success(`Status page ${body.title} ${page ? "saved" : "created"}`);
    if (page) onClose();
    else router.push(statusPageHref(reply.page.page_id));
  };
  const form = useDraft<Draft, Draft>({
    ...{ what: "The status page", labels: LABELS, valuesOf, change: send },
    stored: page && { values: inputOf(page), version: page.version },
    newDraft: () => NEW,
    draftOf: (values) => values,
    fromStored: (stored) => inputOf(stored as StatusPage),
    create: (values) => send({ ...values, team_id: owner ?? undefined }),
  });
  return { ...form, owner, setOwner, busy: save.isPending };
}

/** Creates or changes a status page. */
export default function PageDialog({ teams, page, onClose }: Props) {
  const form = usePageForm({ page, onClose });
  const { draft, set, problems } = form;
  const teamId = useOwnerTeam(form.owner, page);
  return (
    <DraftDialog
      form={form}
      title={page ? `Edit ${page.title}` : "Create status page"}
      description="It shows the state and the uptime of bots to people without an account."
      verb={page ? "Save status page" : "Create status page"}
      busy={form.busy}
      fields={FIELDS}
      onClose={onClose}
    >
      <Field label="Title" error={problems.errorOf("title")}>
        <Input
          autoFocus
          maxLength={80}
          autoComplete="off"
          placeholder="Bots of the night shift"
          value={draft.title}
          onChange={(event) => set({ title: event.target.value })}
        />
      </Field>
      <Field
        label="Address"
        hint={`/status/${draft.slug || slugOf(draft.title) || "…"}`}
        error={problems.errorOf("slug")}
      >
        <Input
          maxLength={48}
          autoComplete="off"
          spellCheck={false}
          placeholder={slugOf(draft.title) || "night-shift"}
          value={draft.slug}
          onChange={(event) => set({ slug: event.target.value })}
        />
      </Field>
      <Field label="Description (optional)" error={problems.errorOf("description")}>
        <Textarea
          maxLength={500}
          value={draft.description}
          onChange={(event) => set({ description: event.target.value })}
        />
      </Field>
      {page ? null : (
        <OwnerField
          {...{ teams, value: form.owner, error: problems.errorOf("team_id") }}
          onChange={(owner) => {
            form.setOwner(owner);
            set({ components: draft.components.filter(({ bot_id }) => bot_id === undefined) });
          }}
          hint="The page shows the owner's bots."
        />
      )}
      <Field
        label="Visible to"
        hint="By link, the address holds a secret that you can renew."
        error={problems.errorOf("visibility")}
      >
        <Select
          value={draft.visibility}
          onChange={(event) => set({ visibility: event.target.value as Draft["visibility"] })}
        >
          <option value="off">Nobody (off)</option>
          <option value="link">People with the link</option>
          <option value="public">Everybody</option>
        </Select>
      </Field>
      <LinesField
        teamId={teamId}
        value={draft.components}
        onChange={(components) => set({ components })}
        error={problems.errorOf("components")}
      />
    </DraftDialog>
  );
}
