"use client";
import { Ellipsis } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { toast } from "@/app/_ui/toast";
import type { Team } from "@/lib/identity/teams/contract";
import type { StatusPage } from "@/lib/operations/status-pages/contract";
import { useDeleteStatusPage, useRenewLink } from "@/lib/operations/status-pages/queries";

const PageDialog = lazyPart(() => import("./page-dialog"));

/** Offers the actions on a status page: edit, renew its link, delete. */
export function PageActions({ page, teams }: { page: StatusPage; teams: readonly Team[] }) {
  const [open, setOpen] = useState<"edit" | "renew" | "delete" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Button onPointerEnter={PageDialog.preload} onClick={() => setOpen("edit")}>
        Edit status page
      </Button>
      <Menu
        align="end"
        trigger={
          <Button icon aria-label="More actions">
            <Ellipsis />
          </Button>
        }
      >
        {page.visibility === "link" ? <MenuItem onSelect={() => setOpen("renew")}>Renew link…</MenuItem> : null}
        {page.visibility === "link" ? <MenuSeparator /> : null}
        <MenuItem tone="danger" onSelect={() => setOpen("delete")}>
          Delete status page…
        </MenuItem>
      </Menu>
      {open === "edit" ? <PageDialog teams={teams} page={page} onClose={close} /> : null}
      <RenewDialog page={page} isOpen={open === "renew"} onClose={close} />
      <DeleteDialog page={page} isOpen={open === "delete"} onClose={close} />
    </>
  );
}

type DialogProps = { page: StatusPage; isOpen: boolean; onClose: () => void };

function RenewDialog({ page: { page_id, title }, isOpen, onClose }: DialogProps) {
  const renew = useRenewLink();
  return (
    <ConfirmDialog
      open={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={`Renew the link of ${title}`}
      consequence="The old link ends at once, and so do badges that use it."
      verb="Renew link"
      onConfirm={async () => {
        await renew.mutateAsync(page_id);
        toast.success("The page has a new link");
      }}
    />
  );
}

function DeleteDialog({ page: { page_id, title }, isOpen, onClose }: DialogProps) {
  const remove = useDeleteStatusPage(page_id);
  const router = useRouter();
  return (
    <ConfirmDialog
      open={isOpen}
      onOpenChange={(next) => !next && onClose()}
      title={`Delete status page ${title}`}
      consequence="Its address and its badges end at once. Its incidents are deleted with it."
      verb="Delete status page"
      onConfirm={async () => {
        await remove.mutateAsync();
        toast.success(`Status page ${title} deleted`);
        router.push("/dashboard/status-pages");
      }}
    />
  );
}
