import { keepWorker } from "@/lib/client/worker";
import { sendView } from "@/lib/community/analytics/queries.view";
import { renewThisBrowser } from "@/lib/community/notifications/queries.browser";

let isFirst = true;

/** Reports that a page was opened. The first time, it also renews what this browser keeps: service worker and push. */
export function noteVisit(pathname: string): void {
  if (isFirst) {
    isFirst = false;
    keepWorker();
    renewThisBrowser();
  }
  sendView(pathname);
}
