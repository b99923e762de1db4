"use client";
import { Power, RefreshCw } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Plugin } from "@/lib/operations/plugins/contract";
import { useReloadPlugin, useTogglePlugin } from "@/lib/operations/plugins/queries";
import { hookLabel, permissionLabel } from "./labels";

/**
 * Buttons that enable, disable and reload a plugin. Before enabling, a dialog shows the plugin's hooks and permissions.
 */
export function PluginActions({ plugin, size = "sm" }: { plugin: Plugin; size?: "sm" | "md" }) {
  const { name, enabled, state } = plugin;
  const toggle = useTogglePlugin();
  const reload = useReloadPlugin();
  const enable = async () => {
    await toggle.mutateAsync({ name, enabled: true });
    toast.success(`${name} enabled`);
  };
  if (!enabled)
    return (
      <ConfirmDialog
        trigger={
          <Button size={size} variant="primary" disabled={state === "broken"} aria-label={`Enable ${name}`}>
            <Power />
            Enable
          </Button>
        }
        title={`Enable ${name}`}
        consequence={<Reach plugin={plugin} />}
        verb="Enable plugin"
        tone="primary"
        onConfirm={enable}
      />
    );
  return (
    <>
      <Button
        size={size}
        loading={reload.isPending}
        aria-label={`Reload ${name}`}
        onClick={() =>
          reload.mutate(name, {
            onSuccess: () => toast.success(`${name} reloaded`),
            onError: (error) => errorToast(error),
          })
        }
      >
        <RefreshCw />
        Reload
      </Button>
      <Button
        size={size}
        loading={toggle.isPending}
        aria-label={`Disable ${name}`}
        onClick={() =>
          toggle.mutate(
            { name, enabled: false },
            {
              // Disabling is reversible, so do it at once and offer Undo.
              onSuccess: () =>
                toast.success(`${name} disabled`, {
                  action: { label: "Undo", onClick: () => void enable().catch(errorToast) },
                }),
              onError: (error) => errorToast(error),
            },
          )
        }
      >
        <Power />
        Disable
      </Button>
    </>
  );
}

/** The hooks a plugin listens to and the permissions it has. */
export function Reach({ plugin }: { plugin: Pick<Plugin, "hooks" | "permissions"> }) {
  return (
    <dl className="space-y-3 text-sm">
      <div>
        <dt className="font-medium text-text">It receives</dt>
        <dd>
          <ul className="mt-1 list-inside list-disc text-muted">
            {plugin.hooks.map((hook) => (
              <li key={hook}>{hookLabel(hook)}</li>
            ))}
          </ul>
        </dd>
      </div>
      <div>
        <dt className="font-medium text-text">It can</dt>
        <dd>
          {plugin.permissions.length > 0 ? (
            <ul className="mt-1 list-inside list-disc text-muted">
              {plugin.permissions.map((permission) => (
                <li key={permission}>{permissionLabel(permission)}</li>
              ))}
            </ul>
          ) : (
            <p className="mt-1 text-muted">Only store data and write to its log.</p>
          )}
        </dd>
      </div>
    </dl>
  );
}
