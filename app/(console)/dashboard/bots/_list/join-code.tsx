"use client";
import { HeartHandshake } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";

const JoinCodeDialog = lazyPart(() => import("./join-code-dialog"));

/** "Adopt bot with code": a person who enters the code that a bot printed becomes its owner. */
export function AdoptWithCode() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={JoinCodeDialog.preload}
        onFocus={JoinCodeDialog.preload}
        onClick={() => setOpen(true)}
      >
        <HeartHandshake aria-hidden /> Adopt bot with code
      </Button>
      {isOpen ? <JoinCodeDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
