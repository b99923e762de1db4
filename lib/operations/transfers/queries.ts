"use client";
/** TanStack Query hooks of transfers, and the live events that keep them current. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import {
  cancelTask,
  listTasks,
  pauseTask,
  resumeTask,
  retryTask,
  startDownload,
} from "@/generated/calls/operations/transfers";
import { type BodyOf, type ResponseOf, request } from "@/lib/client/api";
import { useLine } from "@/lib/client/live";
import { useThrottled } from "@/lib/client/throttle";
import type { Task, TaskStatus } from "./contract";

const REFRESH_MS = 1_000;
/** The number of speeds kept per transfer for its graph; at most four arrive per second. */
const SPEEDS = 80;
const KEY = ["tasks"] as const;
export const TASK_PAGE = 25;
type Page = ResponseOf<typeof listTasks>;

/** A page of transfers, newest first. `page` counts from 1. */
export function useTasks({ status, search, page }: { status?: TaskStatus; search?: string; page: number }) {
  return useQuery({
    queryKey: [...KEY, { status, search, page }],
    queryFn: ({ signal }) =>
      request(listTasks, {
        query: { status, search, limit: String(TASK_PAGE), offset: String((page - 1) * TASK_PAGE) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** Keeps the lists current while mounted. @returns the latest speeds by transfer, in bytes a second */
export function useTasksLive(): ReadonlyMap<string, readonly number[]> {
  const client = useQueryClient();
  const line = useLine();
  const refresh = useThrottled(() => void client.invalidateQueries({ queryKey: KEY }), REFRESH_MS);
  const [speeds, setSpeeds] = useState<ReadonlyMap<string, readonly number[]>>(new Map());
  useEffect(() => {
    const ends = [
      line.hear("task_update", (raw) => {
        const task = (raw as { data: Task }).data;
        let known = false;
        client.setQueriesData<Page>({ queryKey: KEY }, (page) => {
          const before = page?.tasks.find(({ id }) => id === task.id);
          if (!page || !before) return page;
          known ||= before.status === task.status;
          return { ...page, tasks: page.tasks.map((one) => (one.id === task.id ? task : one)) };
        });
        // The transfer is new, or may no longer match the filter.
        if (!known) refresh();
        if (task.speedBytes === null) return;
        const speed = task.speedBytes;
        setSpeeds((all) => new Map(all).set(task.id, [...(all.get(task.id) ?? []), speed].slice(-SPEEDS)));
      }),
      line.hear("task_removed", refresh),
      line.onArrival(({ missed }) => {
        if (missed) refresh();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [client, line, refresh]);
  return speeds;
}

/** Starts a download. Rejects with the server's message; `field` names the field that is wrong. */
export function useStartDownload() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof startDownload>) => request(startDownload, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** All four take the same input and return the same answer. */
const CHANGES = { cancel: cancelTask, pause: pauseTask, resume: resumeTask, retry: retryTask };

/** Cancels, pauses, resumes or retries a transfer. Cancelling one that has ended removes it. */
export function useChangeTask(what: keyof typeof CHANGES) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(CHANGES[what] as typeof pauseTask, { params: { task_id: id } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
