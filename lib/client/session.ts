/**
 * The person a page of the console was made for. The cookie belongs to the browser and may change under an open page:
 * another tab signs in as somebody else, or the session ends. Every request and socket therefore names the page's person
 * (the server refuses a mismatch), and tabs tell each other who signs in and out.
 *
 * Nothing typed is lost: an unsafe request that met an ended session waits until the same person has signed in over the
 * page, and is then sent again.
 */
import { PAGE_USER_HEADER } from "@/lib/core/page-headers";
import { createStore } from "./store";

export type PageUser = { user_id: number; username: string };

/**
 * `current`: nothing is known to be wrong. `ended`: nobody is signed in. `replaced`: somebody else is signed in, whose
 * name may be known. `asks`: the sign-in dialog is open; a person may close it to look at the page first.
 */
export type SessionState =
  | { status: "current"; asks: false }
  | { status: "ended"; asks: boolean }
  | { status: "replaced"; asks: boolean; username: string | null };

/** The message between tabs: the person who is signed in now, or null after a sign-out. */
type Announcement = { user: PageUser | null };

const CURRENT: SessionState = { status: "current", asks: false };
const CHANNEL = "muster-session";
const NOTICE = "muster.session.notice";

export const sessionState = createStore<SessionState>(CURRENT);

let pageUser: PageUser | null = null;
let isLeaving = false;
let channel: BroadcastChannel | null = null;
const waiting = new Set<(isSignedIn: boolean) => void>();
const resumed = new Set<() => void>();
const typedInto = new Set<HTMLElement>();

const announce = (user: PageUser | null) => channel?.postMessage({ user } satisfies Announcement);

/** Binds this page to its user. Call it before the first request of the page. Returns a function that unbinds it. */
export function bindPage(user: PageUser): () => void {
  pageUser = user;
  document.addEventListener("input", noteTyping);
  if (typeof BroadcastChannel === "function") {
    channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<Announcement>) => hearAnnouncement(data.user);
    announce(user);
  }
  return () => {
    document.removeEventListener("input", noteTyping);
    channel?.close();
    channel = null;
    pageUser = null;
    settle(false);
  };
}

/** Sets the page's user for the very first requests: children send them before the effects of their parents run. */
export function presetPage(user: PageUser): void {
  if (typeof window !== "undefined") pageUser ??= user;
}

/** The person this page belongs to; null on public pages such as the sign-in page. */
export const currentPageUser = (): PageUser | null => pageUser;

/** The header that names the page's user; empty on pages that belong to nobody. */
export const pageHeaders = (): Record<string, string> =>
  pageUser ? { [PAGE_USER_HEADER]: String(pageUser.user_id) } : {};

/** Reports that this page's session has ended. A background read does not open the sign-in dialog a second time. */
export function reportEnded(isWanted: boolean): void {
  const now = sessionState.get();
  if (!pageUser) return;
  if (now.status !== "ended") sessionState.set({ status: "ended", asks: true });
  else if (isWanted && !now.asks) sessionState.set({ status: "ended", asks: true });
}

/** Reports that somebody else is signed in now. A page without typed text is reloaded at once. */
export function reportReplaced(username: string | null, isWanted: boolean): void {
  const now = sessionState.get();
  if (!pageUser) return;
  if (!hasTypedText()) reloadAs(username);
  else if (now.status !== "replaced" || now.username !== username || (isWanted && !now.asks))
    sessionState.set({ status: "replaced", asks: true, username });
}

/** Opens the sign-in dialog again after it was closed. */
export function askAgain(): void {
  const now = sessionState.get();
  if (now.status !== "current") sessionState.set({ ...now, asks: true });
}

/** Reloads the page for the person who is signed in now; the new page shows a note about it. */
export function reloadAs(username: string | null): void {
  try {
    const now = username ? `You are now signed in as ${username}.` : "Somebody else is signed in now.";
    sessionStorage.setItem(NOTICE, `${now} This tab was showing the account ${pageUser?.username} and was reloaded.`);
  } catch {
    // Without storage the page is reloaded without a note.
  }
  pageUser = null;
  window.location.reload();
}

/** Returns the note that a reload left for this page, and removes it. */
export function takeNotice(): string | null {
  try {
    const notice = sessionStorage.getItem(NOTICE);
    sessionStorage.removeItem(NOTICE);
    return notice;
  } catch {
    return null;
  }
}

/** Waits for the sign-in dialog: true once the page's user has signed in again, false if the dialog was closed. */
export const signedInAgain = () => new Promise<boolean>((resolve) => waiting.add(resolve));

/** Call when the sign-in dialog was closed: waiting requests fail, and the page stays as it is. */
export function declineSignIn(): void {
  const now = sessionState.get();
  if (now.status !== "current") sessionState.set({ ...now, asks: false });
  settle(false);
}

/**
 * Call when somebody signed in through the dialog. The page continues if it is its own user, and is reloaded otherwise.
 */
export function acceptSignIn(user: PageUser): void {
  announce(user);
  if (user.user_id === pageUser?.user_id) resume();
  else reloadAs(user.username);
}

/** Call when the session works again: waiting requests are sent, and `onResumed` listeners reload their data. */
export function resume(): void {
  if (sessionState.get().status === "current") return;
  sessionState.set(CURRENT);
  settle(true);
  for (const listener of resumed) listener();
}

/** Runs `listener` whenever the session works again after it had ended. */
export function onResumed(listener: () => void): () => void {
  resumed.add(listener);
  return () => void resumed.delete(listener);
}

/**
 * Call once this tab has ended its session itself: other tabs hear of it, and this page no longer asks for a sign-in.
 * Reads that are still under way are refused meanwhile, and must not lead elsewhere than where this page is going.
 */
export function leavePage(): void {
  announce(null);
  pageUser = null;
  isLeaving = true;
}

/** Returns whether this page is about to be replaced, because its session was ended here. */
export const isLeavingPage = (): boolean => isLeaving;

function hearAnnouncement(user: PageUser | null): void {
  if (!pageUser) return;
  if (user?.user_id === pageUser.user_id) resume();
  else if (user) reportReplaced(user.username, true);
  // A person who signs out wants to leave: stay only if the page would lose typed text.
  else if (hasTypedText()) reportEnded(true);
  else {
    pageUser = null;
    window.location.assign("/login");
  }
}

function settle(isSignedIn: boolean): void {
  for (const resolve of [...waiting]) resolve(isSignedIn);
  waiting.clear();
}

function noteTyping({ target }: Event): void {
  if (target instanceof HTMLElement && !target.matches('[type="search"], [role="searchbox"], [role="combobox"]'))
    typedInto.add(target);
}

/** Returns whether a reload would lose something that the person typed. Search boxes do not count. */
function hasTypedText(): boolean {
  for (const field of typedInto) {
    if (!field.isConnected) typedInto.delete(field);
    else if ("value" in field ? field.value !== "" : field.textContent?.trim()) return true;
  }
  return false;
}
