"use client";
import { Send } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { lazyPart } from "@/app/_ui/lazy-part";

const Streams = lazyPart(() => import("./streams").then((one) => one.StreamsDialog));

/** Opens the settings of where the log is sent. */
export function StreamsButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Send aria-hidden /> Streams
      </Button>
      {isOpen ? <Streams onClose={() => setOpen(false)} /> : null}
    </>
  );
}
