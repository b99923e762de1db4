/**
 * Sends `task_update {taskId, data}` and `task_removed {taskId}` to a transfer's owner and to staff, on every page. On
 * /ws, document 002 defines the same events.
 */
import type { Server, Socket } from "socket.io";
import { mayArea, type UserActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { seesAll } from "@/lib/identity/access";

const STAFF = "tasks:staff";
const own = (userId: number) => `tasks:${userId}`;

/** Subscribes a person's socket to their own transfers; a staff member's to all transfers. */
export function joinTasks(socket: Socket, actor: UserActor): void {
  if (mayArea(actor, "transfers:read")) void socket.join(seesAll(actor) ? STAFF : own(actor.user_id));
}

/** Sends transfer events to this process's sockets. Returns a function that stops it. */
export function subscribeTasks(io: Server): () => void {
  const tell = (ownerId: number, event: "task_update" | "task_removed", message: object) => {
    const rooms = [STAFF, own(ownerId)].filter((room) => io.of("/").adapter.rooms.has(room));
    if (rooms.length > 0) io.local.to(rooms).emit(event, message);
  };
  const ends = [
    bus.on("task.changed", ({ task, owner_id }) => tell(owner_id, "task_update", { taskId: task.id, data: task })),
    bus.on("task.removed", ({ id, owner_id }) => tell(owner_id, "task_removed", { taskId: id })),
  ];
  return () => {
    for (const end of ends) end();
  };
}
