"use client";
import { useEffect, useState } from "react";
import { readJson, writeJson } from "@/lib/core/format/json";
import type { Draft } from "./history";

export type Template = Draft & { name: string };

const KEY = "muster.command.templates";
export const TEMPLATES_MAX = 50;

/** Reads stored templates, and leaves out what is none. */
export function readTemplates(text: string | null): Template[] {
  try {
    const list: unknown = readJson(text ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is Template =>
      [one?.name, one?.type, one?.payload].every((value) => typeof value === "string"),
    );
  } catch {
    return [];
  }
}

/** Adds a template, sorted by name. One of the same name is replaced; beyond the limit the list stays as it is. */
export function withTemplate(list: readonly Template[], template: Template): Template[] {
  const rest = list.filter(({ name }) => name !== template.name);
  if (rest.length >= TEMPLATES_MAX) return [...list];
  return [...rest, template].sort((a, b) => a.name.localeCompare(b.name));
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Private windows may refuse storage.
    return null;
  }
}

/** The commands that the person saved under a name in this browser. */
export function useTemplates() {
  const [templates, setTemplates] = useState<Template[]>([]);
  useEffect(() => setTemplates(readTemplates(stored())), []);
  const store = (next: Template[]) => {
    setTemplates(next);
    try {
      localStorage.setItem(KEY, writeJson(next));
    } catch {
      // The browser refused storage, so the templates last only as long as the page.
    }
  };
  return {
    templates,
    // Another tab may have saved templates meanwhile, so read them again.
    save: (template: Template) => store(withTemplate(readTemplates(stored() ?? writeJson(templates)), template)),
    remove: (name: string) => store(templates.filter((one) => one.name !== name)),
  };
}
