"use client";
import { Bookmark, BookmarkPlus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";
import { useViews } from "@/lib/fleet/views/queries";
import { viewAddress, viewPath } from "./address";
import type { PageView } from "./page-view";

const ViewsDialog = lazyPart(() => import("./views-dialog"));
const SaveViewDialog = lazyPart(() => import("./save-view").then((part) => part.SaveViewDialog));

type ViewsButtonsProps = { userId: number; present: PageView };

/** Opens the list of views. Offers to save the present filter, unless it is empty or one of the loaded views has it. */
export function ViewsButtons({ userId, present }: ViewsButtonsProps) {
  const { page, address } = present;
  const [open, setOpen] = useState<"list" | "save">();
  const { data } = useViews(page);
  const isKnown =
    data === undefined || data.pages.some(({ views }) => views.some((view) => viewAddress(view) === address));
  const close = () => setOpen(undefined);
  return (
    <>
      {address === viewPath(page) || isKnown ? null : (
        <Button
          variant="ghost"
          aria-haspopup="dialog"
          onPointerEnter={SaveViewDialog.preload}
          onClick={() => setOpen("save")}
        >
          <BookmarkPlus aria-hidden /> <span className="max-sm:sr-only">Save view</span>
        </Button>
      )}
      <Button
        className="ml-auto"
        aria-haspopup="dialog"
        onPointerEnter={ViewsDialog.preload}
        onClick={() => setOpen("list")}
      >
        <Bookmark aria-hidden /> <span className="max-sm:sr-only">Views</span>
      </Button>
      {open === "list" ? <ViewsDialog userId={userId} present={present} onClose={close} /> : null}
      {open === "save" ? <SaveViewDialog present={present} onClose={close} /> : null}
    </>
  );
}
