"use client";
import { useState } from "react";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { parseJsonObject } from "@/app/_ui/json-text";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { PluginDetail } from "@/lib/operations/plugins/contract";
import { usePutPluginSettings } from "@/lib/operations/plugins/queries";
import { fieldsOf } from "../../dashboard/_composer/fields";
import { fitsFields } from "../../dashboard/_composer/params-form";

type Json = Record<string, unknown>;
type Problem = { field: string; message: string };

/** Splits the schema into the plain settings and the secret ones. */
function split(schema: Json): { open: Json; secret: [string, Json][] } {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const open = properties.filter(([, one]) => !one.writeOnly);
  return {
    open: { ...schema, properties: Object.fromEntries(open) },
    secret: properties.filter(([, one]) => one.writeOnly),
  };
}

/** Returns the message of a refusal and the setting that it names. */
function problemOf(error: unknown): Problem {
  const field = error instanceof ApiError ? (error.field ?? "") : "";
  return { field: field.replace(/^settings\.?/, ""), message: errorText(error).replace(`${field}: `, "") };
}

/**
 * Edits a plugin's settings: as form fields where the schema allows it, otherwise as JSON. Secrets are kept separately.
 */
export function usePluginSettings(plugin: PluginDetail) {
  const { open, secret } = split(plugin.settings_schema);
  const put = usePutPluginSettings();
  const edit = useEdit<Json>({ values: plugin.settings, version: plugin.settings_version });
  const [text, setText] = useState<string | null>(null);
  /** Typed secrets; null removes one. */
  const [secrets, setSecrets] = useState<Record<string, string | null>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const { values, isTouched } = edit;
  const allFields = fieldsOf(open);
  const fields = allFields !== null && fitsFields(allFields, values) ? allFields : null;
  const typed = text === null ? null : parseJsonObject(text);

  const discard = () => {
    edit.discard();
    setText(null);
    setSecrets({});
    setProblem(null);
  };
  const merge = useMerge<Json>({
    ...{ what: "The plugin settings", isJson: fields === null },
    send: async (settings, version) => {
      await put.mutateAsync({ name: plugin.name, settings: { ...settings, ...secrets }, version });
      discard();
      toast.success(plugin.enabled ? "Settings saved. The plugin now uses them." : "Saved");
    },
    fromStored: (stored) => stored,
    onRebase: (next, stored) => {
      edit.rebase(next, stored);
      setText(null);
    },
  });
  const save = async () => {
    if (typed && !typed.ok) return;
    setProblem(null);
    try {
      await merge.save(edit.base, typed ? typed.value : values);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const shown = [...(fields ?? []).map((field) => field.name), ...secret.map(([name]) => name)];
  return {
    ...{ secret, secrets, fields, values, problem, discard },
    hasNone: allFields?.length === 0 && secret.length === 0,
    isDirty: isTouched || text !== null || Object.keys(secrets).length > 0,
    isValid: typed?.ok !== false,
    busy: put.isPending,
    /** The problem, unless a field shows it. */
    problemBeside: problem && !(fields && shown.includes(problem.field.split(".")[0]!)) ? problem : null,
    mergeDialog: merge.dialog,
    save: () => void save(),
    change: edit.change,
    setSecret: (name: string, value: string | null | undefined) =>
      setSecrets(({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value })),
    text: text ?? writeJson(values, 2),
    setText: (next: string) => {
      // Remember the values that the edit started from, so that a save can detect changes by others.
      if (!isTouched) edit.change(values);
      setText(next);
    },
  };
}

export type PluginSettings = ReturnType<typeof usePluginSettings>;
