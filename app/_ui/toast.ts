import { toast } from "sonner";

export { toast };

/** Shows what went wrong, in the server's own words where it gave any. */
export function errorToast(error: unknown, fallback = "That did not work."): void {
  toast.error(error instanceof Error && error.message ? error.message : fallback, { duration: 8000 });
}
