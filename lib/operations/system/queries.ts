"use client";
/** TanStack Query hooks of the running server and of the retention policy; for admins. They start from what the page read. */
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

/** Checks and figures of the running server, read every 5 s while the page is seen. */
export function useSystemInfo(initialData: SystemInfo) {
  return useQuery({
    queryKey: systemKeys.info,
    queryFn: ({ signal }) => request(getSystemInfo, { signal }),
    refetchInterval: 5_000,
    initialData,
  });
}

/** How busy the machine is, read every 5 s while the page is seen. */
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
