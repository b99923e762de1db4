"use client";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { Input, Select } from "@/app/_ui/input";
import { Menu, MenuItem } from "@/app/_ui/menu";
import { SearchInput } from "@/app/_ui/search-input";
import { EntryList } from "@/app/(console)/dashboard/_audit/entry-list";
import { typeName } from "@/app/(console)/dashboard/_audit/names";
import { type AuditFilters, exportAuditHref } from "@/lib/identity/audit/queries";
import { type AuditLogState, OUTCOMES, SPANS, TARGETS, useAuditLog } from "./use-audit-log";

/** The whole log, with filters in the address. */
export function AuditLog() {
  const log = useAuditLog();
  return (
    <>
      <Filters log={log} />
      <Card>
        <EntryList
          list={log.list}
          empty="Changes and sign-ins on this server appear here."
          onClear={log.isFiltered ? log.clear : undefined}
          areaClassName="max-h-[max(15rem,calc(100dvh-14rem))]"
        />
      </Card>
    </>
  );
}

function Filters({ log: { filters, state, set, actions, people, problem } }: { log: AuditLogState }) {
  return (
    <div className="mb-3 space-y-1">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          boxClassName="w-full sm:w-52"
          aria-label="Search the audit log"
          placeholder="Search entries"
          value={state.q}
          onText={(q) => void set({ q: q || null })}
        />
        <Suggested
          label="Username"
          value={state.person}
          options={people}
          onText={(person) => void set({ person: person || null })}
        />
        <Suggested
          label="Action"
          value={state.action}
          options={actions}
          onText={(action) => void set({ action: action || null })}
        />
        <Choice
          label="Target"
          any="Any target"
          value={state.target}
          options={TARGETS.map((type) => [type, typeName(type)])}
          onValue={(target) => void set({ target })}
        />
        <Choice
          label="Outcome"
          any="Any outcome"
          value={state.outcome}
          options={OUTCOMES.map((outcome) => [outcome, outcome])}
          onValue={(outcome) => void set({ outcome })}
        />
        <Choice
          label="Time"
          any="Any time"
          value={state.since}
          options={SPANS}
          onValue={(since) => void set({ since })}
        />
        <DownloadMenu filters={filters} />
      </div>
      {problem ? (
        <p role="status" className="text-[13px] text-warn">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function DownloadMenu({ filters }: { filters: AuditFilters }) {
  return (
    <Menu
      trigger={
        <Button icon className="ml-auto" aria-label="Download matching entries" title="Download matching entries">
          <Download aria-hidden />
        </Button>
      }
    >
      {(["csv", "ndjson"] as const).map((format) => (
        <MenuItem key={format} onSelect={() => window.location.assign(exportAuditHref(filters, format))}>
          Download matching entries as .{format}
        </MenuItem>
      ))}
    </Menu>
  );
}

type SuggestedProps = { label: string; value: string; options: readonly string[]; onText: (text: string) => void };

/** A text field that suggests values. */
function Suggested({ label, value, options, onText }: SuggestedProps) {
  const [id] = useState(() => `audit-${label.toLowerCase()}`);
  return (
    <span className="w-[calc(50%-0.25rem)] sm:w-36">
      <Input
        aria-label={label}
        placeholder={label}
        list={id}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
      />
      <datalist id={id}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </span>
  );
}

type ChoiceProps<T extends string> = {
  label: string;
  any: string;
  value: T | null;
  options: readonly (readonly [T, string])[];
  onValue: (value: T | null) => void;
};

function Choice<T extends string>({ label, any, value, options, onValue }: ChoiceProps<T>) {
  return (
    <Select
      aria-label={label}
      className="w-[calc(50%-0.25rem)] sm:w-36"
      value={value ?? ""}
      onChange={(event) => onValue((event.target.value || null) as T | null)}
    >
      <option value="">{any}</option>
      {options.map(([id, text]) => (
        <option key={id} value={id}>
          {text}
        </option>
      ))}
    </Select>
  );
}
