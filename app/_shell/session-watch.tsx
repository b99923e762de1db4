"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { lazyPart } from "@/app/_ui/lazy-part";
import { toast } from "@/app/_ui/toast";
import { bindPage, onResumed, type PageUser, presetPage, takeNotice } from "@/lib/client/session";
import { useSessionState } from "./use-session";

const SessionDialog = lazyPart(() => import("./session-dialog"));

/** Binds the page to its user, and asks for a sign-in when the session has ended or belongs to somebody else. */
export function SessionWatch({ user_id, username }: PageUser) {
  const client = useQueryClient();
  useState(() => presetPage({ user_id, username }));
  useEffect(() => {
    const notice = takeNotice();
    if (notice) toast.info(notice, { duration: 15_000 });
    return bindPage({ user_id, username });
  }, [user_id, username]);
  useEffect(() => onResumed(() => void client.invalidateQueries()), [client]);
  const { asks } = useSessionState();
  return asks ? <SessionDialog /> : null;
}
