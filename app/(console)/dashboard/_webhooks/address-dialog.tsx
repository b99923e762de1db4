"use client";
import { Button } from "@/app/_ui/button";
import { CodeBlock } from "@/app/_ui/code-block";
import { Dialog } from "@/app/_ui/dialog";
import type { NewAddress } from "@/lib/operations/incoming/queries";

type Props = { address: Partial<NewAddress>; onClose: () => void };

/** Shows the address of an incoming webhook and its secret, which the server never shows again. */
export function AddressDialog({ address: { path, secret }, onClose }: Props) {
  const url = path && `${window.location.origin}${path}`;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={url ? "Webhook address" : "Signing secret"}
      description="Copy it now. You cannot see it again."
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="space-y-4">
        {url ? (
          <>
            <Part title="Address">
              <CodeBlock code={url} wrap />
            </Part>
            <Part title="Try it">
              <CodeBlock code={`curl -H "Content-Type: application/json" -d '{}' ${url}`} wrap />
            </Part>
          </>
        ) : null}
        {secret ? (
          <Part title="Secret for the sender">
            <CodeBlock code={secret} wrap />
          </Part>
        ) : null}
      </div>
    </Dialog>
  );
}

const Part = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <section aria-label={title}>
    <h3 className="mb-1 font-medium text-[13px]">{title}</h3>
    {children}
  </section>
);
