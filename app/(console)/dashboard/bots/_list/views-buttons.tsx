"use client";
import { Bookmark, BookmarkPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";
import { useViews } from "@/lib/fleet/views/queries";
import { botsAddress } from "../../_shared/bots-address";
import type { useBotFilters } from "./filters";

const ViewsDialog = lazyPart(() => import("./views-dialog"));
const SaveViewDialog = lazyPart(() => import("./save-view").then((part) => part.SaveViewDialog));

type ViewsButtonsProps = { userId: number; filter: ReturnType<typeof useBotFilters> };

/** Opens the list of views. Offers to save the present filter, unless it is empty or one of the loaded views has it. */
export function ViewsButtons({ userId, filter: { address, viewFilter } }: ViewsButtonsProps) {
  const [open, setOpen] = useState<"list" | "save">();
  const { data } = useViews();
  const isKnown =
    data === undefined || data.pages.some((page) => page.views.some((view) => botsAddress(view.filter) === address));
  const close = () => setOpen(undefined);
  return (
    <>
      {address === botsAddress({}) || isKnown ? null : (
        <Button
          variant="ghost"
          aria-haspopup="dialog"
          onPointerEnter={SaveViewDialog.preload}
          onClick={() => setOpen("save")}
        >
          <BookmarkPlus aria-hidden /> Save view
        </Button>
      )}
      <Button
        className="ml-auto"
        aria-haspopup="dialog"
        onPointerEnter={ViewsDialog.preload}
        onClick={() => setOpen("list")}
      >
        <Bookmark aria-hidden /> Views
      </Button>
      {open === "list" ? <ViewsDialog userId={userId} filter={viewFilter} address={address} onClose={close} /> : null}
      {open === "save" ? <SaveViewDialog filter={viewFilter} onClose={close} /> : null}
    </>
  );
}
