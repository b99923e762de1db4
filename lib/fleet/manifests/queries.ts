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

/** A command offered to one bot, or to all bots of a selection. */
export type OfferedCommand = CommonCommand;
type Problem = ReturnType<ReturnType<typeof paramsCheck>>;

const ADDRESS_MAX = 12_000;

/**
 * The commands that all selected bots declare, kept current. Sends no request when the selection is too large for one.
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
 * Tests whether a command takes this payload. Null while the validator is loading. If it cannot be loaded, the server
 * alone decides, which runs the same check on the sent payload.
 */
export function useParamsCheck(
  params: Record<string, unknown> | undefined,
): ((payload: Record<string, unknown>) => Problem) | null {
  const [check, setCheck] = useState<{ of: typeof params; ask: ReturnType<typeof paramsCheck> }>();
  useEffect(() => {
    if (!params) return;
    let isCurrent = true;
    const load = async () => {
      // The validator could not be loaded, or the schema uses keywords that this page does not know: leave the check to
      // the server.
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
