"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { type Stored, useMerge } from "@/app/_shell/use-merge";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { StatusPage } from "@/lib/operations/status-pages/contract";
import { type NewPage, type PageChange, useSaveStatusPage } from "@/lib/operations/status-pages/queries";
import { useProblem } from "../_alerts/use-problem";
import { OwnerSelect } from "../_shared/owner-select";
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

/** The state of the form, from its fields to the stored page. */
function usePageForm({ page, onClose }: Pick<Props, "page" | "onClose">) {
  const save = useSaveStatusPage();
  const router = useRouter();
  const problems = useProblem();
  const [team_id, setTeam] = useState<number>();
  const [start, setStart] = useState(() => ({
    draft: page ? inputOf(page) : NEW,
    base: page && ({ values: inputOf(page), version: page.version } satisfies Stored<Draft>),
  }));
  const { draft } = start;
  const send = async (body: NewPage, version?: number) => {
    const reply = await save.mutateAsync({ page_id: page?.page_id, body, version });
    toast.success(`Status page ${body.title} ${page ? "saved" : "created"}`);
    if (page) onClose();
    else router.push(statusPageHref(reply.page.page_id));
  };
  const merge = useMerge<Draft>({
    ...{ what: "The status page", labels: LABELS, send },
    fromStored: (stored) => inputOf(stored as StatusPage),
    onRebase: (values, base) => setStart({ draft: values, base }),
  });
  return {
    ...{ draft, problems, team_id, setTeam, busy: save.isPending, dialog: merge.dialog },
    set(change: Partial<Draft>): void {
      setStart((last) => ({ ...last, draft: { ...last.draft, ...change } }));
      problems.clear();
    },
    submit(): void {
      const slug = draft.slug || slugOf(draft.title);
      if (draft.title.trim() === "" || slug === "") {
        if (draft.title.trim() === "") problems.report("title", "Enter a title.");
        else problems.report("slug", "Enter an address of letters and digits.");
        return;
      }
      const body = { ...draft, slug };
      const sending = start.base ? merge.save(start.base, body) : send({ ...body, team_id });
      sending.catch(problems.reportError);
    },
  };
}

/** Creates or changes a status page. */
export default function PageDialog({ teams, page, onClose }: Props) {
  const form = usePageForm({ page, onClose });
  const { draft, set, problems } = form;
  const message = problems.messageBeside(FIELDS);
  return (
    <>
      <FormDialog
        title={page ? `Edit ${page.title}` : "Create status page"}
        description="It shows the state and the uptime of bots to people without an account."
        verb={page ? "Save status page" : "Create status page"}
        ready
        busy={form.busy}
        problem={message === undefined ? undefined : new Error(message)}
        onSubmit={form.submit}
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
        {page || teams.length === 0 ? null : (
          <Field label="Owner" hint="The page shows the owner's bots." error={problems.errorOf("team_id")}>
            <OwnerSelect teams={teams} none="You" value={form.team_id} onChange={form.setTeam} />
          </Field>
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
          value={draft.components}
          onChange={(components) => set({ components })}
          error={problems.errorOf("components")}
        />
      </FormDialog>
      {form.dialog}
    </>
  );
}
