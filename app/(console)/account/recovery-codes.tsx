"use client";
import { Download } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";

/** New recovery codes, shown once, to be copied or saved as a file. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const text = codes.join("\n");
  return (
    <div className="space-y-3">
      <p className="text-muted">
        Each code signs you in once if you lose your app. Keep them where you keep passwords. You cannot see them again.
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
