"use client";
import { useFeature } from "@/app/_shell/features";
import { useChannels, useRules } from "@/lib/operations/alerts/queries";
import { useHasBackup } from "@/lib/operations/backups/queries";

/** Finds out which steps of the setup are done; a step is undefined while that is unknown, or does not apply to the reader. */
export function useSetup(role: string) {
  const hasAlerts = useFeature("alerts");
  const hasBackups = useFeature("backups") && role === "admin";
  const rules = useRules({ enabled: hasAlerts });
  const channels = useChannels({ enabled: hasAlerts });
  const backup = useHasBackup({ enabled: hasBackups });
  return {
    rules: rules.data && rules.data.rules.length > 0,
    channel: channels.data && channels.data.channels.length > 0,
    backup: backup.data,
  };
}
