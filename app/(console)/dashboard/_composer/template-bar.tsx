"use client";
import { Bookmark, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Input } from "@/app/_ui/input";
import type { Draft } from "./history";
import { TEMPLATES_MAX, useTemplates } from "./templates";

type TemplateBarProps = { draft: Draft; onDraft: (draft: Draft) => void };

/** Commands saved under a name: a click fills in the form. */
export function TemplateBar({ draft, onDraft }: TemplateBarProps) {
  const { templates, save, remove } = useTemplates();
  const [name, setName] = useState<string | null>(null);
  const canSave = draft.type.trim() !== "" && templates.length < TEMPLATES_MAX;
  if (templates.length === 0 && !canSave) return null;
  const submit = () => {
    if (!name?.trim()) return;
    save({ name: name.trim(), type: draft.type.trim(), payload: draft.payload });
    setName(null);
  };
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <ul aria-label="Templates" className="flex flex-wrap gap-1.5 empty:hidden">
        {templates.map((template) => (
          <li key={template.name} className="flex items-center rounded-md border border-line bg-raised">
            <Button
              size="sm"
              variant="ghost"
              title={template.type}
              onClick={() => onDraft({ type: template.type, payload: template.payload })}
            >
              {template.name}
            </Button>
            <Button
              size="sm"
              variant="ghost"
              icon
              aria-label={`Remove template ${template.name}`}
              onClick={() => remove(template.name)}
            >
              <X />
            </Button>
          </li>
        ))}
      </ul>
      {name !== null ? (
        <span className="flex items-center gap-1.5">
          <Input
            autoFocus
            aria-label="Name of the template"
            className="w-40"
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== "Escape") return;
              // Enter would send the command, and Escape close the dialog around the form.
              event.preventDefault();
              event.stopPropagation();
              if (event.key === "Enter") submit();
              else setName(null);
            }}
          />
          <Button size="sm" disabled={name.trim() === ""} onClick={submit}>
            Save template
          </Button>
        </span>
      ) : canSave ? (
        <Button size="sm" variant="ghost" onClick={() => setName(draft.type.trim())}>
          <Bookmark aria-hidden /> Save as template
        </Button>
      ) : null}
    </div>
  );
}
