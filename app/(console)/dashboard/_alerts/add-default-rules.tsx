"use client";
import { ListChecks } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { errorToast, toast } from "@/app/_ui/toast";
import { useSaveRule } from "@/lib/operations/alerts/queries";
import { defaultRules } from "./default-rules";

/** Creates the default rules on one click. They can be changed and removed like any other. */
export function AddDefaultRules({ role, size }: { role: string; size?: "sm" }) {
  const save = useSaveRule();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    try {
      for (const body of defaultRules(role)) await save.mutateAsync({ body });
      toast.success("Created rules for offline bots, error spikes and waiting commands.");
    } catch (error) {
      errorToast(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size={size}
      loading={busy}
      title="Offline for 5 minutes, 20 errors within 5 minutes, a command waiting for 10 minutes"
      onClick={() => void add()}
    >
      <ListChecks aria-hidden /> Add default rules
    </Button>
  );
}
