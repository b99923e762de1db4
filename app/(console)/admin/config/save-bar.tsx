"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { Kbd } from "@/app/_ui/kbd";
import { countText } from "@/lib/core/format/units";
import { ChangeView } from "./change-view";
import type { Sections } from "./schema";
import type { ConfigDraft } from "./use-config-draft";

/** The bar at the bottom while changes are unsaved: their number, the differences, and the save button. */
export function SaveBar({ draft, sections }: { draft: ConfigDraft; sections: Sections }) {
  const [reviewing, setReviewing] = useState(false);
  const { changes, problems, conflicts, blocked, saving } = draft;
  if (changes.length === 0) return null;
  const wrong = Object.keys(problems).length;
  const save = async () => {
    if (await draft.saveAll()) setReviewing(false);
  };
  const saveButton = (
    <Button variant="primary" loading={saving} disabled={blocked} onClick={() => void save()}>
      Save changes
    </Button>
  );
  return (
    <section
      aria-label="Unsaved changes"
      className="sticky bottom-11 z-20 mt-4 flex flex-wrap items-center justify-between gap-2 rounded-md border border-line-strong bg-panel px-4 py-2 shadow-pop"
    >
      <p className="text-sm" aria-live="polite">
        <span className="tnum font-medium">{countText(changes.length, "unsaved change")}</span>
        {wrong > 0 ? <span className="text-bad"> · {countText(wrong, "error")} to fix</span> : null}
        {conflicts > 0 ? <span className="text-warn"> · {conflicts} also changed by someone else</span> : null}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="ghost" disabled={saving} onClick={draft.discard}>
          Discard
        </Button>
        <Button onClick={() => setReviewing(true)}>Review changes</Button>
        {saveButton}
        <span className="hidden items-center gap-1 lg:flex" aria-hidden>
          <Kbd>Ctrl</Kbd>
          <Kbd>S</Kbd>
        </span>
      </div>
      <Dialog
        open={reviewing}
        onOpenChange={setReviewing}
        title="Review changes"
        description="These changes will be saved. Bots owned by admins are notified immediately."
        className="max-w-2xl"
        footer={
          <>
            <Button onClick={() => setReviewing(false)}>Close</Button>
            {saveButton}
          </>
        }
      >
        <dl className="space-y-4">
          {changes.map(({ section, field, old, new: next }) => (
            <div key={`${section}.${field}`} className="space-y-1">
              <dt className="text-sm">
                <span className="text-muted">{sections[section].title} · </span>
                <span className="font-medium">{sections[section].fields[field]?.title ?? field}</span>
              </dt>
              <dd>
                <ChangeView old={old} next={next} />
                {problems[`${section}.${field}`] ? (
                  <p className="mt-1 text-[13px] text-bad">{problems[`${section}.${field}`]}</p>
                ) : null}
              </dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </section>
  );
}
