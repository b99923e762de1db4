/**
 * Events for one person or for everybody: notifications and broadcasts (lib/community/notifications/contract), alerts.
 * They have rooms of their own, because a page leaves the rooms of bots' events while it watches something else.
 */
import type { Server, Socket } from "socket.io";
import type { NotificationEventData, NotificationEventName } from "@/lib/community/notifications/contract";
import { mayArea, type UserActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { seesAll, teamsOf } from "@/lib/identity/access";
import { ALERT_EVENT, type Alert } from "@/lib/operations/alerts/contract";
import { BACKUP_EVENT } from "@/lib/operations/backups/contract";
import { ADMINS } from "./audience";

const PEOPLE = "people";
/** The room for alerts of the server itself. */
const STAFF = "alerts:staff";
/** All sockets of a person, whatever their credentials may hear of. */
const person = (userId: number) => `person:${userId}`;
const own = (userId: number) => `inbox:${userId}`;
const alertsOf = (teamId: number) => `alerts:${teamId}`;

/** The rooms of the alerts that a person may see. */
function alertRooms(actor: UserActor): string[] {
  if (!mayArea(actor, "alerts:read")) return [];
  return [...teamsOf(actor).map(alertsOf), ...(seesAll(actor) ? [STAFF] : [])];
}

/** Subscribes a person's socket to the events of their inbox and to their alerts. */
export function joinPersonal(socket: Socket, actor: UserActor): void {
  void socket.join(person(actor.user_id));
  if (mayArea(actor, "notifications:read")) void socket.join([own(actor.user_id), PEOPLE]);
  void socket.join(alertRooms(actor));
}

/** Moves a person's socket to the rooms of the alerts of their present teams, after their rights have changed. */
export function followAlerts(socket: Socket, actor: UserActor): void {
  const rooms = alertRooms(actor);
  for (const room of socket.rooms) if (room.startsWith("alerts:") && !rooms.includes(room)) void socket.leave(room);
  void socket.join(rooms);
}

/** Returns the sockets of a person in this process. */
export const socketsOf = (io: Server, userId: number): Socket[] =>
  [...(io.of("/").adapter.rooms.get(person(userId)) ?? [])].flatMap((id) => io.of("/").sockets.get(id) ?? []);

/** Sends personal events to the sockets of this process. Returns a function that stops it. */
export function subscribePersonal(io: Server): () => void {
  const tell = <E extends NotificationEventName>(room: string, event: E, data: NotificationEventData<E>) => {
    if (io.of("/").adapter.rooms.has(room)) io.local.to(room).emit(event, data);
  };
  const alerted = ({ alert }: { alert: Alert }) =>
    void io.local.to(alert.team_id === null ? STAFF : alertsOf(alert.team_id)).emit(ALERT_EVENT, alert);
  const ends = [
    bus.on("alert.raised", alerted),
    bus.on("alert.changed", alerted),
    bus.on("backup.progress", ({ work }) => void io.local.to(ADMINS).emit(BACKUP_EVENT, { current: work })),
    bus.on("backup.ended", () => void io.local.to(ADMINS).emit(BACKUP_EVENT, { current: null })),
    bus.on("notification.made", ({ items }) => {
      for (const { user_id, notification } of items) tell(own(user_id), "notification", notification);
    }),
    bus.on("notification.read", ({ user_id, ids, unread_count }) =>
      tell(own(user_id), "notification_read", { ids, unread_count }),
    ),
    bus.on("broadcast.made", ({ broadcast: { broadcast_id, title, message, priority, created_at } }) =>
      tell(PEOPLE, "broadcast", { broadcast_id, title, message, priority, timestamp: created_at }),
    ),
  ];
  return () => {
    for (const end of ends) end();
  };
}
