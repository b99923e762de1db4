"use client";
/**
 * TanStack Query hooks of the running server and of the retention policy, for admins. Their initial data comes from the
 * page.
 */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRetention, putRetention } from "@/generated/calls/fleet/telemetry";
import {
  clearCache,
  getMachineMetrics,
  getSystemInfo,
  listServices,
  restartService,
} from "@/generated/calls/operations/system";
import { type ResponseOf, request } from "@/lib/client/api";
import type { Retention } from "@/lib/fleet/telemetry/contract.retention";
import type { MachineMetrics, SystemInfo } from "@/lib/operations/system/contract";

const systemKeys = {
  info: ["system", "info"] as const,
  retention: ["system", "retention"] as const,
  machine: ["system", "machine"] as const,
  services: ["system", "services"] as const,
};

/** Checks and measurements of the running server, fetched every 5 s while the page is visible. */
export function useSystemInfo(initialData: SystemInfo) {
  return useQuery({
    queryKey: systemKeys.info,
    queryFn: ({ signal }) => request(getSystemInfo, { signal }),
    refetchInterval: 5_000,
    initialData,
  });
}

/** The load of the machine, fetched every 5 s while the page is visible. */
export function useMachine(initialData: MachineMetrics) {
  return useQuery({
    queryKey: systemKeys.machine,
    queryFn: ({ signal }) => request(getMachineMetrics, { signal }),
    refetchInterval: 5_000,
    initialData,
  });
}

/** Background services and caches. */
export function useServices(initialData: ResponseOf<typeof listServices>) {
  return useQuery({
    queryKey: systemKeys.services,
    queryFn: ({ signal }) => request(listServices, { signal }),
    refetchInterval: 10_000,
    initialData,
  });
}

export function useRestartService() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (service: string) => request(restartService, { params: { service } }),
    onSettled: () => client.invalidateQueries({ queryKey: systemKeys.services }),
  });
}

export function useClearCache() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request(clearCache, {}),
    onSettled: () => client.invalidateQueries({ queryKey: systemKeys.services }),
  });
}

export function useRetention(initialData: { retention: Retention; version: number }) {
  return useQuery({
    queryKey: systemKeys.retention,
    queryFn: ({ signal }) => request(getRetention, { signal }),
    refetchOnWindowFocus: "always",
    initialData,
  });
}

export function usePutRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, version }: { body: Partial<Retention>; version?: number }) =>
      request(putRetention, { body, version }),
    onSuccess: ({ retention, version }) => client.setQueryData(systemKeys.retention, { retention, version }),
  });
}
