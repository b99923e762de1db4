"use client";
import { useState } from "react";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Field, Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { PluginDetail } from "@/lib/operations/plugins/contract";
import { usePutPluginSettings } from "@/lib/operations/plugins/queries";
import { fieldsOf } from "../../dashboard/_composer/fields";
import { fitsFields, ParamsForm } from "../../dashboard/_composer/params-form";

type Json = Record<string, unknown>;
type Problem = { field: string; message: string };

/** The schema without its secret settings, and those by name. */
function split(schema: Json): { open: Json; secret: [string, Json][] } {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const open = properties.filter(([, one]) => !one.writeOnly);
  return {
    open: { ...schema, properties: Object.fromEntries(open) },
    secret: properties.filter(([, one]) => one.writeOnly),
  };
}

/** A plugin's settings as its schema asks for them. Secret ones are written, never read. */
export function SettingsForm({ plugin }: { plugin: PluginDetail }) {
  const { open, secret } = split(plugin.settings_schema);
  const put = usePutPluginSettings();
  const edit = useEdit<Json>({ values: plugin.settings, version: plugin.settings_version });
  const [text, setText] = useState<string | null>(null);
  /** Typed secrets; null removes one. */
  const [secrets, setSecrets] = useState<Record<string, string | null>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const { values, isTouched } = edit;
  const fields = fieldsOf(open);
  const asFields = fields !== null && fitsFields(fields, values);
  const typed = text === null ? null : parseJsonObject(text);
  const dirty = isTouched || text !== null || Object.keys(secrets).length > 0;
  const none = fields?.length === 0 && secret.length === 0;

  const discard = () => {
    edit.discard();
    setText(null);
    setSecrets({});
    setProblem(null);
  };
  const merge = useMerge<Json>({
    ...{ what: "The plugin settings", isJson: !asFields },
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
      const field = error instanceof ApiError ? (error.field ?? "") : "";
      const at = field.replace(/^settings\.?/, "");
      setProblem({ field: at, message: errorText(error).replace(`${field}: `, "") });
    }
  };
  const known = [...(fields ?? []).map((field) => field.name), ...secret.map(([name]) => name)];
  const elsewhere = problem && !(asFields && known.includes(problem.field.split(".")[0]!));

  return (
    <Card>
      <CardHeader>
        <CardTitle>Settings</CardTitle>
      </CardHeader>
      {none ? (
        <p className="p-4 text-muted text-sm">This plugin has no settings.</p>
      ) : (
        <form
          className="space-y-4 p-4"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {secret.map(([name, schema]) => (
            <SecretField
              key={name}
              label={typeof schema.title === "string" ? schema.title : name}
              hint={typeof schema.description === "string" ? schema.description : undefined}
              isSet={plugin.secrets[name] ?? false}
              required={
                Array.isArray(plugin.settings_schema.required) && plugin.settings_schema.required.includes(name)
              }
              value={secrets[name]}
              error={problem?.field === name ? problem.message : undefined}
              onChange={(value) =>
                setSecrets(({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value }))
              }
            />
          ))}
          {asFields ? (
            <ParamsForm fields={fields} payload={values} onPayload={edit.change} problem={problem ?? undefined} />
          ) : (
            <JsonEditor
              label="Settings (JSON object)"
              value={text ?? writeJson(values, 2)}
              onChange={(next) => {
                // From now on the edit remembers what it was made from.
                if (!isTouched) edit.change(values);
                setText(next);
              }}
            />
          )}
          {elsewhere ? <FormProblem problem={[problem.field, problem.message].filter(Boolean).join(": ")} /> : null}
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" variant="primary" loading={put.isPending} disabled={!dirty || typed?.ok === false}>
              Save settings
            </Button>
            <Button disabled={!dirty || put.isPending} onClick={discard}>
              Discard changes
            </Button>
            {dirty ? <span className="text-[13px] text-warn">Unsaved changes</span> : null}
          </div>
        </form>
      )}
      {merge.dialog}
      <LeaveGuard dirty={dirty} />
    </Card>
  );
}

type SecretFieldProps = {
  label: string;
  hint?: string;
  isSet: boolean;
  required: boolean;
  /** The typed value; null removes the stored one, undefined keeps it. */
  value: string | null | undefined;
  error?: string;
  onChange: (value: string | null | undefined) => void;
};

function SecretField({ label, hint, isSet, required, value, error, onChange }: SecretFieldProps) {
  const state = value === null ? "Will be removed" : isSet ? "Set. Leave empty to keep the current value." : "Not set";
  return (
    <Field
      label={label}
      hint={[hint, state].filter(Boolean).join(" · ")}
      error={error}
      aside={required ? <span className="text-faint text-xs">required</span> : null}
    >
      <div className="flex gap-2">
        <Input
          type="password"
          autoComplete="new-password"
          placeholder={isSet && value !== null ? "••••••••" : undefined}
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
        {isSet && !required ? (
          <Button onClick={() => onChange(value === null ? undefined : null)}>
            {value === null ? "Keep" : "Remove"}
          </Button>
        ) : null}
      </div>
    </Field>
  );
}
