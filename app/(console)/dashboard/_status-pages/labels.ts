/** The words of status pages in the console. */
import type { Tone } from "@/app/_ui/badge";
import { cutText } from "@/lib/core/format/text";
import type { StatusPage } from "@/lib/operations/status-pages/contract";

export type Reader = { user_id: number; role: "user" | "moderator" | "admin" };

export const VISIBILITIES: Record<StatusPage["visibility"], { label: string; tone: Tone }> = {
  public: { label: "Public", tone: "ok" },
  link: { label: "By link", tone: "info" },
  off: { label: "Off", tone: "neutral" },
};

export const statusPageHref = (page_id: string): string => `/dashboard/status-pages/${encodeURIComponent(page_id)}`;

/** The longest address that the server takes. */
const SLUG_MAX = 48;

/** Makes an address of a title: "Bots of the night" becomes "bots-of-the-night". */
export const slugOf = (title: string): string =>
  cutText(
    title
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+/, ""),
    SLUG_MAX,
    "",
  ).replace(/-+$/, "");
