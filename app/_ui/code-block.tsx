"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button";
import { cn } from "./cn";

/** Copies text to the clipboard, also without HTTPS, where the Clipboard API is missing. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    // Add the helper element inside an open dialog, because its focus trap would take the focus from anything outside.
    (document.activeElement?.closest("[role=dialog]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

type CopyButtonProps = { text: string; label?: string; showLabel?: boolean; className?: string };

/** Copies `text`; the icon turns into a tick for two seconds, and screen readers hear "Copied". */
export function CopyButton({ text, label = "Copy", showLabel, className }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const word =
    state === "copied" ? "Copied" : state === "failed" ? "Copy failed. Select the text and copy it manually." : label;
  return (
    <Button
      variant="ghost"
      size="sm"
      icon={!showLabel}
      aria-label={word}
      title={word}
      className={className}
      onClick={async () => setState((await copyText(text)) ? "copied" : "failed")}
    >
      {state === "copied" ? <Check className="text-ok" /> : <Copy />}
      {showLabel ? <span aria-live="polite">{word}</span> : null}
    </Button>
  );
}

/** Preformatted text with a copy button. Long lines scroll inside the block unless `wrap` is set. */
export function CodeBlock({ code, wrap, className }: { code: string; wrap?: boolean; className?: string }) {
  return (
    <div className={cn("group relative rounded-md border border-line bg-bg", className)}>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
        tabIndex={0}
        className={cn("overflow-auto p-3 pr-11 text-[13px] leading-5", wrap && "whitespace-pre-wrap break-all")}
      >
        <code>{code}</code>
      </pre>
      <CopyButton text={code} className="absolute top-1.5 right-1.5 bg-bg" />
    </div>
  );
}
