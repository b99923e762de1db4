import type { ReactNode } from "react";
import { Badge, type Tone } from "@/app/_ui/badge";
import { CodeBlock } from "@/app/_ui/code-block";
import { curlOf } from "./curl";
import { type Entry, jsonOf, type OpenApi, type Operation, type Schema } from "./openapi";
import { SchemaView } from "./schema-view";

const METHOD_TONE: Record<string, Tone> = { GET: "info", POST: "ok", PUT: "warn", PATCH: "warn", DELETE: "bad" };

export function Method({ method }: { method: string }) {
  return (
    <Badge tone={METHOD_TONE[method] ?? "neutral"} className="w-14 justify-center font-mono">
      {method}
    </Badge>
  );
}

const CREDENTIAL: Record<string, string> = { session: "session", apiKey: "API key", botToken: "bot token" };

/** Returns the credentials that an operation accepts, and whether it also answers without any. */
function credentials(operation: Operation, api: OpenApi): { accepted: string[]; isPublic: boolean } {
  const choices = operation.security ?? api.security ?? [];
  const accepted = [...new Set(choices.flatMap((each) => Object.keys(each)))].map((name) => CREDENTIAL[name] ?? name);
  return { accepted, isPublic: choices.length === 0 || choices.some((each) => Object.keys(each).length === 0) };
}

type OperationViewProps = { entry: Entry; api: OpenApi; origin: string };

/** One operation in full: who may call it, its parameters, replies and errors, and a curl call to copy. */
export function OperationView({ entry, api, origin }: OperationViewProps) {
  const { operation } = entry;
  const body = jsonOf(operation.requestBody?.content, api);
  const responses = Object.entries(operation.responses ?? {});
  const success = responses.find(([status]) => status.startsWith("2"));
  const answer = jsonOf(success?.[1].content, api);
  const { isPublic } = credentials(operation, api);
  return (
    <article>
      <OperationHead entry={entry} api={api} />
      <div className="grid gap-5 xl:grid-cols-2">
        <div className="min-w-0 space-y-4">
          <Parameters operation={operation} api={api} />
          {body?.schema ? (
            <Part title="Request body">
              <SchemaView schema={body.schema} api={api} />
            </Part>
          ) : null}
          {success && answer?.schema ? (
            <Success status={success[0]} response={success[1]} schema={answer.schema} api={api} />
          ) : null}
          <Errors responses={responses.filter(([status]) => !status.startsWith("2"))} />
        </div>
        <div className="min-w-0 space-y-4">
          <Part title="Example request">
            <CodeBlock code={curlOf(entry, origin, api, isPublic)} />
          </Part>
          {answer?.example !== undefined ? (
            <Part title="Example response">
              <CodeBlock code={JSON.stringify(answer.example, null, 2)} className="[&_pre]:max-h-80" />
            </Part>
          ) : null}
        </div>
      </div>
    </article>
  );
}

function OperationHead({ entry, api }: { entry: Entry; api: OpenApi }) {
  const { operation } = entry;
  const { accepted, isPublic } = credentials(operation, api);
  return (
    <header className="mb-3">
      <h1 className="font-semibold text-2xl tracking-tight">{operation.summary ?? entry.path}</h1>
      <p className="mt-1 flex flex-wrap items-center gap-2">
        <Method method={entry.method} />
        <code className="break-all">{entry.path}</code>
      </p>
      <p className="mt-2 flex flex-wrap items-center gap-1.5 text-[13px] text-muted">
        {isPublic ? <Badge tone="ok">public</Badge> : null}
        {accepted.length > 0 ? (isPublic ? "optional authentication:" : "requires") : null}
        {accepted.map((name) => (
          <Badge key={name}>{name}</Badge>
        ))}
        {operation["x-permission"] ? <Badge tone="warn">{operation["x-permission"]}</Badge> : null}
      </p>
      {operation.description ? <Prose text={operation.description} /> : null}
    </header>
  );
}

function Parameters({ operation, api }: { operation: Operation; api: OpenApi }) {
  if (!operation.parameters?.length) return null;
  return (
    <Part title="Parameters">
      <ul className="rounded-md border border-line">
        {operation.parameters.map((each) => (
          <li key={`${each.in} ${each.name}`} className="border-line border-b px-3 py-1.5 last:border-b-0">
            <code className="font-medium">{each.name}</code>{" "}
            <span className="text-faint text-xs">
              {each.in}
              {each.required ? "" : ", optional"}
            </span>{" "}
            <span className="text-[13px] text-muted">{each.description}</span>
            {each.schema ? <SchemaView schema={{ ...each.schema, description: undefined }} api={api} /> : null}
          </li>
        ))}
      </ul>
    </Part>
  );
}

type Response = NonNullable<Operation["responses"]>[string];
type SuccessProps = { status: string; response: Response; schema: Schema; api: OpenApi };

function Success({ status, response, schema, api }: SuccessProps) {
  const otherTypes = Object.keys(response.content ?? {}).filter((type) => type !== "application/json");
  return (
    <Part title={`Response ${status}`}>
      <SchemaView schema={schema} api={api} />
      {otherTypes.length ? (
        <p className="mt-1 text-[13px] text-faint">Also available as {otherTypes.join(", ")}.</p>
      ) : null}
    </Part>
  );
}

function Errors({ responses }: { responses: readonly [string, Response][] }) {
  if (responses.length === 0) return null;
  return (
    <Part title="Errors">
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
        {responses.map(([status, response]) => (
          <li key={status}>
            <span className="tnum font-medium text-bad">{status}</span>{" "}
            <span className="text-muted">{response.description}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Renders text in which backticks mark code. */
function Prose({ text }: { text: string }) {
  return (
    <p className="mt-2 max-w-prose whitespace-pre-line text-muted">
      {text.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}
    </p>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1 font-medium text-[13px] text-muted">{title}</h2>
      {children}
    </section>
  );
}
