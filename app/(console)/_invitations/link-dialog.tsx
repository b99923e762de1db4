"use client";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";

/** Shows a link that the reader hands over. It is shown once and then forgotten. */
export function LinkDialog({ title, link, onClose }: { title: string; link: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description="Copy the link now and send it to the person. You cannot see it again, and it works once."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CodeBlock code={link} wrap />
    </Dialog>
  );
}
