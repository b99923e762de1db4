"use client";
import { type ReactNode, useId, useState } from "react";
import { Checkbox } from "@/app/_ui/checkbox";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { errorToast, toast } from "@/app/_ui/toast";
import type { SavedView } from "@/lib/fleet/views/contract";
import { PINS_MAX, VIEW_NAME_MAX } from "@/lib/fleet/views/contract.constants";
import { useCreateView, usePinnedViews, usePinView, useUpdateView } from "@/lib/fleet/views/queries";
import { useOwnTeams } from "@/lib/identity/teams/queries.own";
import { OwnerSelect } from "../owner-select";
import { type PageView, VIEW_TEXTS } from "./page-view";

type Draft = { name: string; team_id: number | undefined };

/** Saves the present filter as a view. */
export function SaveViewDialog({ present: { page, filter }, onClose }: { present: PageView; onClose: () => void }) {
  const create = useCreateView();
  const pin = usePinView();
  const hasRoom = usePinnedViews().length < PINS_MAX;
  const [draft, setDraft] = useState<Draft>({ name: "", team_id: undefined });
  const [isPinned, setPinned] = useState(hasRoom);
  const save = () =>
    create.mutate(
      { ...bodyOf(draft, filter), page },
      {
        onSuccess: ({ view }) => {
          toast.success(`View ${view.name} saved`);
          if (isPinned) pin.mutate({ view_id: view.view_id, isPinned }, { onError: (error) => errorToast(error) });
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title="Save view"
      description={VIEW_TEXTS[page].keeps}
      verb="Save view"
      ready={draft.name.trim() !== ""}
      busy={create.isPending}
      problem={create.error}
      onSubmit={save}
      onClose={onClose}
    >
      <ViewFields page={page} draft={draft} onChange={setDraft} />
      <Check
        checked={isPinned}
        disabled={!hasRoom}
        onChange={setPinned}
        hint={hasRoom ? undefined : `The sidebar has room for ${PINS_MAX} views. Unpin one first.`}
      >
        Pin to the sidebar
      </Check>
    </FormDialog>
  );
}

type EditProps = { view: SavedView; userId: number; filter: PageView["filter"] | undefined; onClose: () => void };

/** Changes a view. `filter`: the present one, when it differs from the view's and is not empty. */
export function EditViewDialog({ view, userId, filter, onClose }: EditProps) {
  const update = useUpdateView(view);
  const [draft, setDraft] = useState<Draft>({ name: view.name, team_id: view.team_id ?? undefined });
  const [isReplaced, setReplaced] = useState(false);
  const save = () =>
    update.mutate(bodyOf(draft, isReplaced && filter ? filter : view.filter), {
      onSuccess: () => {
        toast.success("View saved");
        onClose();
      },
    });
  return (
    <FormDialog
      title={
        <>
          Edit view <bdi>{view.name}</bdi>
        </>
      }
      verb="Save changes"
      ready={draft.name.trim() !== ""}
      busy={update.isPending}
      problem={update.error}
      onSubmit={save}
      onClose={onClose}
    >
      <ViewFields page={view.page} draft={draft} isMovable={view.created_by === userId} onChange={setDraft} />
      {filter ? (
        <Check checked={isReplaced} onChange={setReplaced}>
          Replace its filter with the present one
        </Check>
      ) : null}
    </FormDialog>
  );
}

const bodyOf = ({ name, team_id }: Draft, filter: PageView["filter"]) => ({
  ...{ name, filter, team_id: team_id ?? null },
});

type FieldsProps = { page: PageView["page"]; draft: Draft; isMovable?: boolean; onChange: (draft: Draft) => void };

/** The name, and the team that sees the view. Only the person who created a view decides the team. */
function ViewFields({ page, draft, isMovable = true, onChange }: FieldsProps) {
  const teams = useOwnTeams().filter(({ personal }) => !personal);
  return (
    <>
      <Field label="Name">
        <Input
          value={draft.name}
          maxLength={VIEW_NAME_MAX}
          autoComplete="off"
          onChange={(event) => onChange({ ...draft, name: event.target.value })}
        />
      </Field>
      {isMovable && teams.length > 0 ? (
        <Field label="Visible to" hint={VIEW_TEXTS[page].members}>
          <OwnerSelect
            teams={teams}
            none="Only you"
            value={draft.team_id}
            onChange={(team_id) => onChange({ ...draft, team_id })}
          />
        </Field>
      ) : null}
    </>
  );
}

type CheckProps = { checked: boolean; disabled?: boolean; hint?: string; onChange: (checked: boolean) => void };

function Check({ checked, disabled, hint, onChange, children }: CheckProps & { children: ReactNode }) {
  const id = useId();
  return (
    <div>
      <div className="flex items-center gap-2 text-sm">
        <Checkbox aria-labelledby={id} checked={checked} disabled={disabled} onCheckedChange={onChange} />
        <span id={id}>{children}</span>
      </div>
      {hint ? <p className="mt-1 text-[13px] text-muted">{hint}</p> : null}
    </div>
  );
}
