"use client";
import { useTheme } from "next-themes";
import { useEffect } from "react";
import { Toaster as Sonner, toast } from "sonner";
import { deliverToasts } from "./toast";

/** Shows toasts. Waiting toasts are handed over in an effect, when the library has already begun to listen. */
export default function Toaster() {
  const { resolvedTheme } = useTheme();
  useEffect(() => deliverToasts(toast), []);
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      closeButton
      toastOptions={{ classNames: { toast: "!font-sans !rounded-md !border-line !bg-panel !text-text !shadow-pop" } }}
    />
  );
}
