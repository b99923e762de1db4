"use client";
import { useSyncExternalStore } from "react";
import { type SessionState, sessionState } from "@/lib/client/session";

const SERVER_STATE: SessionState = { status: "current", asks: false };

/** How the session of this page is. */
export const useSessionState = () => useSyncExternalStore(sessionState.subscribe, sessionState.get, () => SERVER_STATE);
