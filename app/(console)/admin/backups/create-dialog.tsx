"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { SkeletonRows } from "@/app/_ui/skeleton";
import type { Sizes } from "@/lib/operations/backups/contract";

const CreateForm = lazyPart(
  () => import("./create-form").then((part) => part.CreateForm),
  () => <SkeletonRows rows={6} columns={1} />,
);

/** Opens the dialog that takes a backup now. */
export function CreateButton({ disabled, sizes }: { disabled: boolean; sizes: Sizes }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="primary"
        disabled={disabled}
        onPointerEnter={CreateForm.preload}
        onFocus={CreateForm.preload}
        onClick={() => setOpen(true)}
      >
        <Plus /> Create backup
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Create backup"
        description="The server keeps running during the backup."
      >
        <CreateForm sizes={sizes} done={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
