"use client";
import { Download } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";

type CodesDialogProps = { title: string; codes: readonly string[]; onClose: () => void };

/** Shows new recovery codes once. */
export function CodesDialog({ title, codes, onClose }: CodesDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description="Save your recovery codes now."
      className="max-w-md"
      footer={
        <Button variant="primary" onClick={onClose}>
          I saved them
        </Button>
      }
    >
      <RecoveryCodes codes={codes} />
    </Dialog>
  );
}

/** New recovery codes, to be copied or saved as a file. */
function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const text = codes.join("\n");
  return (
    <div className="space-y-3">
      <p className="text-muted">
        Each code signs you in once if you lose your app or passkey. Keep them where you keep passwords. You cannot see
        them again.
      </p>
      <CodeBlock code={text} />
      <Button size="sm" asChild>
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
          download="muster-recovery-codes.txt"
        >
          <Download />
          Save as a file
        </a>
      </Button>
    </div>
  );
}
