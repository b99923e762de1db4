"use client";
import { FormProblem } from "@/app/_shell/form-problem";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { JsonEditor } from "@/app/_ui/json-editor";
import type { PluginDetail } from "@/lib/operations/plugins/contract";
import { ParamsForm } from "../../dashboard/_composer/params-form";
import { SecretField } from "./secret-field";
import { type PluginSettings, usePluginSettings } from "./use-plugin-settings";

/** A form generated from the plugin's settings schema. Stored secrets are never shown; they can only be replaced. */
export function SettingsForm({ plugin }: { plugin: PluginDetail }) {
  const settings = usePluginSettings(plugin);
  const { fields, problem, problemBeside, isDirty, busy } = settings;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Settings</CardTitle>
      </CardHeader>
      {settings.hasNone ? (
        <p className="p-4 text-muted text-sm">This plugin has no settings.</p>
      ) : (
        <form
          className="space-y-4 p-4"
          onSubmit={(event) => {
            event.preventDefault();
            settings.save();
          }}
        >
          <SecretFields plugin={plugin} settings={settings} />
          {fields ? (
            <ParamsForm
              fields={fields}
              payload={settings.values}
              onPayload={settings.change}
              problem={problem ?? undefined}
            />
          ) : (
            <JsonEditor label="Settings (JSON object)" value={settings.text} onChange={settings.setText} />
          )}
          {problemBeside ? (
            <FormProblem problem={[problemBeside.field, problemBeside.message].filter(Boolean).join(": ")} />
          ) : null}
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" variant="primary" loading={busy} disabled={!isDirty || !settings.isValid}>
              Save settings
            </Button>
            <Button disabled={!isDirty || busy} onClick={settings.discard}>
              Discard changes
            </Button>
            {isDirty ? <span className="text-[13px] text-warn">Unsaved changes</span> : null}
          </div>
        </form>
      )}
      {settings.mergeDialog}
      <LeaveGuard dirty={isDirty} />
    </Card>
  );
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function SecretFields({ plugin, settings }: { plugin: PluginDetail; settings: PluginSettings }) {
  const { required } = plugin.settings_schema;
  const { secret, secrets, problem, setSecret } = settings;
  return secret.map(([name, schema]) => (
    <SecretField
      key={name}
      label={textOf(schema.title) ?? name}
      hint={textOf(schema.description)}
      isSet={plugin.secrets[name] ?? false}
      required={Array.isArray(required) && required.includes(name)}
      value={secrets[name]}
      error={problem?.field === name ? problem.message : undefined}
      onChange={(value) => setSecret(name, value)}
    />
  ));
}
