"use client";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { errorText } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import { useVerifyAudit, type Verified } from "@/lib/identity/audit/queries";

const PROBLEM = {
  missing: "entries from this place on were deleted",
  altered: "the entry was changed",
  moved: "the entry is not at its place",
  checkpoint: "the start of the chain was changed",
  other_key: "the entry was written under another SECRET_KEY and cannot be checked",
} as const satisfies Record<Verified["problems"][number]["kind"], string>;

/** Checks that no entry of the log was changed or deleted, and shows the result. */
export function VerifyButton() {
  const [isOpen, setOpen] = useState(false);
  const verify = useVerifyAudit();
  const { data, error } = verify;
  return (
    <>
      <Button loading={verify.isPending} onClick={() => verify.mutate(undefined, { onSettled: () => setOpen(true) })}>
        <ShieldCheck aria-hidden /> Verify chain
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={error ? "The log could not be verified" : data?.ok ? "The log is intact" : "Problems in the log"}
        footer={<Button onClick={() => setOpen(false)}>Close</Button>}
      >
        {error ? <p className="text-bad text-sm">{errorText(error)}</p> : data ? <Result result={data} /> : null}
      </Dialog>
    </>
  );
}

function Result({ result: { ok, checked, position, problems } }: { result: Verified }) {
  const count = `${countText(checked, "sealed entry was", "sealed entries were")} checked, up to place ${position.toLocaleString("en")}.`;
  if (ok) return <p className="text-sm">{count} None was changed, moved or deleted.</p>;
  return (
    <div className="space-y-2 text-sm">
      <p>{count} Compare with a backup of the database, and find out who can write to it.</p>
      <ul className="max-h-64 list-disc space-y-1 overflow-y-auto pl-5">
        {problems.map((problem) => (
          <li key={`${problem.kind}${problem.position}${problem.id}`}>
            Place {problem.position.toLocaleString("en")}: {PROBLEM[problem.kind]}
            {problem.id ? <span className="font-mono text-[13px] text-muted"> ({problem.id})</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
