"use client";
import { useCallback, useRef, useState } from "react";
import { errorToast, toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import type { SectionName } from "@/lib/core/settings/contract";
import { useMovedOn, useSaveSection, useUndoChange, type Values } from "@/lib/core/settings/queries";
import type { changesOf, newDraft } from "./draft";
import type { Sections } from "./schema";

type Saved = { section: SectionName; version: number };
type Changes = ReturnType<typeof changesOf>;

/**
 * Saves sections one after the other, and stops at the first refusal. `isOwn` tells whether an announced change comes
 * from this save.
 *
 * @param onRefused a field that the server refused, and why
 */
export function useSaveConfig(
  sections: Sections,
  onRefused: (section: SectionName, field: string, text: string) => void,
) {
  const [saving, setSaving] = useState(false);
  const busy = useRef(false);
  const save = useSaveSection();
  const undo = useUndoChange();
  const movedOn = useMovedOn();

  async function takeBack(saved: readonly Saved[]) {
    try {
      for (const one of saved) await undo.mutateAsync(one);
      toast.success("Changes undone");
    } catch (error) {
      errorToast(error);
    }
  }

  function refuse(section: SectionName, error: unknown) {
    const { title, fields } = sections[section];
    if (error instanceof ApiError && error.status === 409 && typeof error.details?.version === "number") {
      const { version, stored } = error.details as { version: number; stored: Values };
      movedOn(section, { values: stored, version, by: "Someone" });
      toast.warning(`${title} was changed by someone else. Your changes are kept. Review them, then save.`, {
        duration: 8000,
      });
      return;
    }
    if (error instanceof ApiError && error.field) {
      const [field = ""] = error.field.split(".");
      const text = error.message.replace(`${error.field}: `, "");
      if (field in fields) onRefused(section, field, text);
    }
    toast.error(`${title}: ${errorText(error)}`, { duration: 8000 });
  }

  async function saveAll(changes: Changes, base: ReturnType<typeof newDraft>["base"]): Promise<boolean> {
    if (busy.current) return false;
    busy.current = true;
    setSaving(true);
    const saved: Saved[] = [];
    try {
      for (const section of new Set(changes.map((change) => change.section))) {
        const fields: Values = Object.fromEntries(
          changes.filter((change) => change.section === section).map((change) => [change.field, change.new]),
        );
        try {
          const { version } = await save.mutateAsync({ name: section, fields, version: base[section].version });
          saved.push({ section, version });
        } catch (error) {
          refuse(section, error);
          return false;
        }
      }
      const count = countText(changes.length, "change saved", "changes saved");
      toast.success(count, { action: { label: "Undo", onClick: () => void takeBack(saved) } });
      return true;
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }
  return { saving, saveAll, isOwn: useCallback(() => busy.current, []) };
}
