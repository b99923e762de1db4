/** The LDAP directory of the environment, if there is one. */
import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { createDirectoryService } from "./service";

export { DirectoryError } from "./connection";
export type { DirectoryEntry } from "./entry";
export type { Directory, DirectoryPerson } from "./service";

/** Builds the room. Call once per process. */
export const createDirectory = () => ({
  directory: env.ldap && createDirectoryService({ settings: env.ldap, now }),
});

export type DirectoryRoom = ReturnType<typeof createDirectory>;
