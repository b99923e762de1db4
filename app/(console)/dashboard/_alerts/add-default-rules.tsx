"use client";
import { ListChecks } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { errorToast, toast } from "@/app/_ui/toast";
import { useCreateRules } from "@/lib/operations/alerts/queries";
import { defaultRules } from "./default-rules";

/** Creates the default rules on one click. They can be changed and removed like any other. */
export function AddDefaultRules({ role, size }: { role: string; size?: "sm" }) {
  const create = useCreateRules();
  // The button may be gone by then, and what `mutate` itself is handed is not called after that.
  const add = () =>
    create.mutateAsync(defaultRules(role)).then(
      () => toast.success("Created rules for offline bots, error spikes and waiting commands."),
      (error) => errorToast(error),
    );
  return (
    <Button
      size={size}
      loading={create.isPending}
      title="Offline for 5 minutes, 20 errors within 5 minutes, a command waiting for 10 minutes"
      onClick={() => void add()}
    >
      <ListChecks aria-hidden /> Add default rules
    </Button>
  );
}
