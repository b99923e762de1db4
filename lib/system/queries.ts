"use client";
/** TanStack Query hooks of the running server and of the retention policy; for admins. They start from what the page read. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request } from "@/lib/client/api";
import { type SystemInfo, systemInfo } from "@/lib/system/contract";
import { getRetention, putRetention, type Retention } from "@/lib/telemetry/contract";

const systemKeys = { info: ["system", "info"] as const, retention: ["system", "retention"] as const };

/** Checks and figures of the running server, read every 5 s while the page is seen. */
export function useSystemInfo(initialData: SystemInfo) {
  return useQuery({
    queryKey: systemKeys.info,
    queryFn: ({ signal }) => request(systemInfo, "GET /api/admin/system", { signal }),
    refetchInterval: 5_000,
    initialData,
  });
}

export function useRetention(initialData: { retention: Retention }) {
  return useQuery({
    queryKey: systemKeys.retention,
    queryFn: ({ signal }) => request(getRetention, "GET /api/admin/retention", { signal }),
    // A form is filled from it: it must not change under the typing.
    refetchOnWindowFocus: false,
    initialData,
  });
}

export function usePutRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<Retention>) => request(putRetention, "PUT /api/admin/retention", { body }),
    onSuccess: ({ retention }) => client.setQueryData(systemKeys.retention, { retention }),
  });
}
