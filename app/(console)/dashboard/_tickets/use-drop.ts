"use client";
import { type DragEvent, useRef, useState } from "react";

/**
 * Accepts files dragged over the conversation. Browsers report that the pointer left a parent when it enters a child,
 * so nested enters and leaves are counted.
 */
export function useDrop(enabled: boolean, onFiles: (files: File[]) => void) {
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const carries = (event: DragEvent) => enabled && event.dataTransfer.types.includes("Files");
  return {
    over,
    props: {
      onDragEnter: (event: DragEvent) => {
        if (!carries(event)) return;
        depth.current++;
        setOver(true);
      },
      onDragOver: (event: DragEvent) => {
        if (carries(event)) event.preventDefault();
      },
      onDragLeave: (event: DragEvent) => {
        if (carries(event) && --depth.current <= 0) setOver(false);
      },
      onDrop: (event: DragEvent) => {
        if (!carries(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      },
    },
  };
}
