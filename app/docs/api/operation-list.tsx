import Link from "next/link";
import type { Group } from "./load";
import type { Entry } from "./openapi";
import { operationPath } from "./operation-path";
import { Method } from "./operation-view";

/**
 * The operations of a group as links to their pages. Each row has the id of its operation, so that an address such as
 * `/docs/api/bots#listBots`, where operations stood in full before, still shows the right place.
 */
export function OperationList({ group }: { group: Group }) {
  return (
    <ul>
      {group.entries.map((entry) => (
        <OperationRow key={entry.id} href={operationPath(group, entry)} entry={entry} />
      ))}
    </ul>
  );
}

function OperationRow({ href, entry: { id, method, path, operation } }: { href: string; entry: Entry }) {
  return (
    <li id={id} className="scroll-mt-16 border-line border-b target:bg-accent-soft last:border-b-0">
      <Link
        href={href}
        prefetch={false}
        className="flex min-h-8 flex-wrap items-center gap-x-3 px-4 py-1 -outline-offset-2 hover:bg-raised/60"
      >
        <Method method={method} />
        <code className="break-all">{path}</code>
        <span className="text-muted">{operation.summary}</span>
      </Link>
    </li>
  );
}
