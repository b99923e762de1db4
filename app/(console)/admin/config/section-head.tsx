"use client";
import { RotateCcw } from "lucide-react";
import { same } from "@/app/_shell/merge";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { errorToast, toast } from "@/app/_ui/toast";
import type { SectionName } from "@/lib/core/settings/contract";
import { useResetSection, useUndoChange } from "@/lib/core/settings/queries";
import type { Section } from "./schema";
import type { ConfigDraft } from "./use-config-draft";

type Tab = "settings" | "history";
type HeadProps = { section: SectionName; about: Section; tab: Tab; onTab: (tab: Tab) => void; draft: ConfigDraft };

/** The title of a section, the switch between its settings and history, and the button that restores the defaults. */
export function SectionHead({ section, about, tab, onTab, draft }: HeadProps) {
  const reset = useResetSection();
  const undo = useUndoChange();
  const { title, help, defaults } = about;
  const { values, version } = draft.draft.base[section];
  const restore = () =>
    reset.mutate(section, {
      onError: (error) => errorToast(error),
      onSuccess: (next) =>
        toast.success(`${title} restored to defaults`, {
          action: {
            label: "Undo",
            onClick: () => undo.mutate({ section, version: next.version }, { onError: (error) => errorToast(error) }),
          },
        }),
    });
  return (
    <header className="flex flex-wrap items-end justify-between gap-3">
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="font-semibold text-base">{title}</h2>
        <p className="text-[13px] text-muted">{help}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" loading={reset.isPending} disabled={same(values, defaults)} onClick={restore}>
          <RotateCcw />
          Restore section defaults
        </Button>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws what two buttons do not need */}
        <div role="group" aria-label="View" className="flex rounded-md border border-line p-0.5">
          {(["settings", "history"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === tab}
              onClick={() => onTab(one)}
              className={cn(
                "h-6 rounded px-2 text-[13px] capitalize transition-colors duration-100",
                one === tab ? "bg-raised font-medium text-text" : "text-muted hover:text-text",
              )}
            >
              {one}
              {one === "history" && version > 0 ? <span className="tnum text-faint"> {version}</span> : null}
            </button>
          ))}
        </div>
      </div>
    </header>
  );
}
