"use client";
/** TanStack Query hooks of command manifests. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { getCommonManifest } from "@/generated/calls/fleet/manifests";
import { request } from "@/lib/client/api";
import { useLive } from "@/lib/client/live";
import type { CommonCommand } from "./contract";
import { COMMON_BOTS_MAX } from "./contract.constants";
import type { paramsCheck } from "./params";

/** A command as it may be offered: to one bot, or to all of a selection. */
export type OfferedCommand = CommonCommand;
type Problem = ReturnType<ReturnType<typeof paramsCheck>>;

const ADDRESS_MAX = 12_000;

/**
 * The commands that all bots of a selection declare; live. Sends no request for a selection that is too large for one.
 */
export function useOfferedCommands(botIds: readonly string[]) {
  const client = useQueryClient();
  const ids = useMemo(() => [...botIds].sort().join(","), [botIds]);
  useLive(["bots"], { bot_id: botIds.length === 1 ? botIds[0] : undefined }, (events) => {
    if (events.some((event) => event.name === "bot_update" && "manifest" in event.data.data))
      void client.invalidateQueries({ queryKey: ["manifests"] });
  });
  return useQuery({
    queryKey: ["manifests", ids],
    queryFn: ({ signal }) => request(getCommonManifest, { query: { bot_ids: ids }, signal }),
    enabled: botIds.length > 0 && botIds.length <= COMMON_BOTS_MAX && ids.length <= ADDRESS_MAX,
    staleTime: 30_000,
  });
}

const anything = () => undefined;

/**
 * Is this payload one the command takes? Null while the validator is on its way. Should it not come, the server alone
 * decides: it asks the same of what is sent.
 */
export function useParamsCheck(
  params: Record<string, unknown> | undefined,
): ((payload: Record<string, unknown>) => Problem) | null {
  const [check, setCheck] = useState<{ of: typeof params; ask: ReturnType<typeof paramsCheck> }>();
  useEffect(() => {
    if (!params) return;
    let isCurrent = true;
    const load = async () => {
      // The validator could not be loaded, or the schema uses keywords that this page does not know: the server checks alone.
      const ask = await import("./params").then((validator) => validator.paramsCheck(params)).catch(() => anything);
      if (isCurrent) setCheck({ of: params, ask });
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [params]);
  if (!params) return anything;
  return check?.of === params ? check.ask : null;
}
