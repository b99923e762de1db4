"use client";
import { useSyncExternalStore } from "react";
import { type SessionState, sessionState } from "@/lib/client/session";

const SERVER_STATE: SessionState = { status: "current", asks: false };

/** The state of this page's session. */
export const useSessionState = () => useSyncExternalStore(sessionState.subscribe, sessionState.get, () => SERVER_STATE);
