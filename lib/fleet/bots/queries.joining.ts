"use client";
/** Hooks of joining and of instances: the bots that wait to be adopted, and the programs that run as a bot. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { adoptBot, keepInstance, listInstances, listJoinRequests, refuseBot } from "@/generated/calls/fleet/bots";
import { type BodyOf, type ResponseOf, request } from "@/lib/client/api";
import { useLive } from "@/lib/client/live";
import { setLiveData } from "@/lib/client/live-data";
import { useThrottled } from "@/lib/client/throttle";
import { botKeys } from "./queries.keys";

type InstanceList = ResponseOf<typeof listInstances>;
const joinKey = ["bots", "join-requests"] as const;
const instanceKey = (botId: string) => ["bots", "instances", botId] as const;

/** Bots that want to join, for admins. The list follows new registrations, adoptions and deletions. */
export function useJoinRequests(enabled: boolean) {
  const client = useQueryClient();
  const refetch = useThrottled(() => client.invalidateQueries({ queryKey: joinKey }), 1_000);
  useLive(enabled ? ["bots"] : [], { onGap: refetch }, (events) => {
    const joined = (name: string, data: unknown) =>
      name === "bot_update" && ["register", "delete"].includes((data as { action: string }).action);
    if (events.some(({ name, data }) => joined(name, data))) refetch();
  });
  return useQuery({
    queryKey: joinKey,
    queryFn: ({ signal }) => request(listJoinRequests, { signal }),
    enabled,
    staleTime: 10_000,
  });
}

/** Makes the signed-in person the owner of a waiting bot: by its id (admins), or by its claim code. */
export function useAdoptBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<typeof adoptBot>) => request(adoptBot, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: botKeys.all }),
  });
}

/** Deletes a waiting bot. */
export function useRefuseBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (botId: string) => request(refuseBot, { params: { bot_id: botId } }),
    onSettled: () => client.invalidateQueries({ queryKey: botKeys.all }),
  });
}

/** The programs that run as this bot now, live. */
export function useInstances(botId: string) {
  const client = useQueryClient();
  const refetch = () => void client.invalidateQueries({ queryKey: instanceKey(botId) });
  useLive(["bots"], { bot_id: botId, onGap: refetch }, (events) => {
    for (const event of events)
      if (event.name === "bot_instances")
        setLiveData<InstanceList>(client, instanceKey(botId), (known) => ({
          bot_id: botId,
          instances: event.data.instances,
          conflict: event.data.conflict,
          parts: known?.parts ?? [],
          refused: known?.refused ?? [],
        }));
  });
  return useQuery({
    queryKey: instanceKey(botId),
    queryFn: ({ signal }) => request(listInstances, { params: { bot_id: botId }, signal }),
    staleTime: 30_000,
  });
}

/** Keeps one instance; the others are disconnected and refused. */
export function useKeepInstance(botId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (instance: string) =>
      request(keepInstance, {
        params: { bot_id: botId, instance },
      }),
    onSuccess: (list) => client.setQueryData(instanceKey(botId), list),
  });
}
