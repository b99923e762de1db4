"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { accessChangedAt } from "@/lib/client/access";
import { useLine } from "@/lib/client/live";
import { ACCESS_EVENT } from "@/lib/identity/teams/contract.constants";

/** Reads everything on the page again when the person may reach other bots or teams than before. */
export function AccessWatch() {
  const line = useLine();
  const client = useQueryClient();
  useEffect(
    () =>
      line.hear(ACCESS_EVENT, () => {
        accessChangedAt.set(Date.now());
        void client.invalidateQueries();
      }),
    [line, client],
  );
  return null;
}
