"use client";
import type { ReactNode } from "react";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { writeJson } from "@/lib/core/format/json";
import type { AuditEntry } from "@/lib/identity/audit/contract";

const shown = (value: unknown): ReactNode => {
  if (value === undefined) return <span className="text-faint">–</span>;
  return (
    <span className="break-all font-mono text-[13px]">{typeof value === "string" ? value : writeJson(value)}</span>
  );
};

/** The changed fields before and after; the names of the sent fields where the values are not recorded. */
export function Changes({ entry: { before, after, fields } }: { entry: AuditEntry }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length > 0)
    return (
      <section>
        <h3 className="mb-1 font-medium text-[13px]">Changes</h3>
        <Table label="Changes" className="align-top">
          <THead>
            <tr>
              <Th>Field</Th>
              <Th>Before</Th>
              <Th>After</Th>
            </tr>
          </THead>
          <TBody>
            {names.map((name) => (
              <Tr key={name}>
                <Td className="align-top text-muted">{name}</Td>
                <Td className="whitespace-normal align-top">{shown(before?.[name])}</Td>
                <Td className="whitespace-normal align-top">{shown(after?.[name])}</Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      </section>
    );
  if (!fields?.length) return null;
  return (
    <section>
      <h3 className="mb-1 font-medium text-[13px]">Sent fields</h3>
      <p className="break-words font-mono text-[13px] text-muted">{fields.join(", ")}</p>
    </section>
  );
}
