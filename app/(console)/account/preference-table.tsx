"use client";
import { CHANNELS, KINDS } from "@/app/_shell/_notifications/kinds";
import { Checkbox } from "@/app/_ui/checkbox";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { errorToast } from "@/app/_ui/toast";
import { Tooltip } from "@/app/_ui/tooltip";
import { usePreferences, usePutPreference } from "@/lib/community/notifications/queries.settings";
import type { Role } from "@/lib/identity/accounts/contract";

/**
 * A table of switches: one row for each kind of notification, one column for each channel. A change is saved at once.
 */
export function PreferenceTable({ role }: { role: Role }) {
  const sheet = usePreferences();
  return (
    <QueryState
      query={sheet}
      data={sheet.data}
      failure="Notification settings could not be loaded"
      loading={<SkeletonRows rows={6} columns={4} />}
    >
      {(data) => <Switches sheet={data} role={role} />}
    </QueryState>
  );
}

type Sheet = NonNullable<ReturnType<typeof usePreferences>["data"]>;

function Switches({ sheet, role }: { sheet: Sheet; role: Role }) {
  const put = usePutPreference();
  const { preferences, channels } = sheet;
  const missing = CHANNELS.filter(({ channel }) => channels.some((one) => one.channel === channel && !one.available));
  return (
    <section aria-label="Notification settings">
      <Table label="Notification settings">
        <THead>
          <tr>
            <Th>Notify me about</Th>
            {CHANNELS.map(({ channel, label }) => (
              <Th key={channel} className="w-16 text-center max-sm:px-1.5">
                {label}
              </Th>
            ))}
          </tr>
        </THead>
        <TBody>
          {KINDS.map((shown) => (
            <Tr key={shown.kind}>
              <Td className="whitespace-normal py-1.5">
                <KindLabel kind={shown} />
              </Td>
              {CHANNELS.map(({ channel, label: where }) => {
                const { kind, label } = shown;
                const locked = kind === "security" && channel === "in_app";
                const off = missing.some((one) => one.channel === channel);
                const box = (
                  <Checkbox
                    className="mx-auto"
                    aria-label={`${label}: ${where}`}
                    // A channel that this server does not support is shown as off, whatever the person chose earlier.
                    checked={!off && (preferences[kind]?.[channel] ?? false)}
                    disabled={locked || off}
                    onCheckedChange={(on) =>
                      put.mutate({ kind, channel, on: on === true }, { onError: (error) => errorToast(error) })
                    }
                  />
                );
                return (
                  <Td key={channel} className="text-center max-sm:px-1.5">
                    {locked ? (
                      <Tooltip content="Security notifications about your account always go to your inbox.">
                        {box}
                      </Tooltip>
                    ) : (
                      box
                    )}
                  </Td>
                );
              })}
            </Tr>
          ))}
        </TBody>
      </Table>
      {role === "admin" && missing.length > 0 ? (
        <ul className="space-y-1 border-line border-t px-4 py-2 text-[13px] text-muted">
          {missing.map((one) => (
            <li key={one.channel}>{one.missing}</li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function KindLabel({ kind: { label, about, icon: Icon } }: { kind: (typeof KINDS)[number] }) {
  return (
    <span className="flex items-start gap-2">
      <Icon className="mt-0.5 size-4 shrink-0 text-faint" aria-hidden />
      <span>
        <span className="font-medium">{label}</span>
        <span className="block text-[13px] text-muted">{about}</span>
      </span>
    </span>
  );
}
