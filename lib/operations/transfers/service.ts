/** The rules of transfers for people. runner/runner.ts does the work. */
import { createTaskAccess, type TaskDeps } from "./service.access";
import { createTaskChanges } from "./service.changes";
import { createTaskFiles } from "./service.files";
import { createTaskReader } from "./service.read";
import { createTaskStart } from "./service.start";

export function createTaskService(deps: TaskDeps) {
  const access = createTaskAccess(deps);
  return {
    mayStart: access.mayStart,
    ...createTaskStart(deps, access),
    ...createTaskReader(deps, access),
    ...createTaskChanges(deps, access),
    ...createTaskFiles(access),
  };
}
