import { toast } from "sonner";

export { toast };

/** Says that something reversible was done and offers to undo it for eight seconds. */
export function undoToast(message: string, undo: () => unknown): void {
  toast(message, { duration: 8000, action: { label: "Undo", onClick: () => void undo() } });
}

/** Shows what went wrong, in the server's own words where it gave any. */
export function errorToast(error: unknown, fallback = "That did not work."): void {
  toast.error(error instanceof Error && error.message ? error.message : fallback, { duration: 8000 });
}
