/** The manifests of docs/deploy/kubernetes fit each other, the settings that Muster reads, and its routes. No cluster is asked. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseEnv } from "@/lib/core/env";

// Manifests are read as they are: a wrong path in one shows up as undefined, and fails the test.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Manifest = any;
const ROOT = "docs/deploy/kubernetes";

function documentsOf(path: string): Manifest[] {
  const documents = parseAllDocuments(readFileSync(path, "utf8"), { strict: true, uniqueKeys: true });
  expect(documents.flatMap(({ errors, warnings }: Manifest) => [...errors, ...warnings])).toEqual([]);
  return documents.map((document: Manifest) => document.toJS());
}

/** Everything that a kustomization takes in. Patches are merged only where this test looks: the env of the container. */
function manifestsOf(folder: string): Manifest[] {
  const [{ resources, patches = [] }] = documentsOf(join(ROOT, folder, "kustomization.yaml")) as [Manifest];
  const listed = [...resources, ...patches.map(({ path }: Manifest) => path)] as string[];
  expect(readdirSync(join(ROOT, folder)).sort()).toEqual(
    ["kustomization.yaml", ...listed.filter((name) => name.endsWith(".yaml"))].sort(),
  );
  return listed.flatMap((name) =>
    name.endsWith(".yaml")
      ? documentsOf(join(ROOT, folder, name))
      : manifestsOf(normalize(join(folder, name)).replace(/\/$/, "")),
  );
}

const known = new Set(
  [...readFileSync(".env.example", "utf8").matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name!),
);
/** Tests whether a route file serves the path: /api/health is app/api/health/route.ts. */
const isRoute = (path: string) => existsSync(`app${path.split("?")[0]}/route.ts`);

describe.each(["sqlite", "postgres"])("%s", (folder) => {
  const manifests = manifestsOf(folder);
  const ofKind = (kind: string, name?: string) =>
    manifests.filter((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  const workloads = [...ofKind("Deployment"), ...ofKind("StatefulSet")];
  const containersOf = (one: Manifest) => one.spec.template.spec.containers as Manifest[];
  const muster = ofKind("Deployment", "muster").flatMap(containersOf);

  it("sets only what Muster reads, to values that it accepts once the key is replaced", () => {
    const data = (kind: string, name: string) => ofKind(kind, name).flatMap((one) => [one.data ?? one.stringData]);
    const env: Record<string, string> = Object.assign({}, ...data("ConfigMap", "muster"), ...data("Secret", "muster"));
    for (const { name, value, valueFrom } of muster.flatMap((container) => container.env ?? []))
      env[name] = value ?? data("Secret", valueFrom.secretKeyRef.name)[0][valueFrom.secretKeyRef.key];
    for (const [name, value] of Object.entries(env)) {
      expect(known, name).toContain(name);
      // A number or a flag without quotes is refused by the API server.
      expect(typeof value, name).toBe("string");
    }
    expect(() => parseEnv(env)).toThrow("SECRET_KEY: is a published example");
    const parsed = parseEnv({ ...env, SECRET_KEY: "a key of at least 32 characters of the test" });
    expect(parsed).toMatchObject({ PORT: 5000, HOST: "0.0.0.0", TRUST_PROXY: 1 });
    expect(parsed.provider).toBe(folder === "sqlite" ? "sqlite" : "postgresql");
    for (const url of [env.DATABASE_URL, env.REDIS_URL].filter((one) => one !== undefined)) {
      const { hostname, port } = new URL(url);
      expect(ofKind("Service", hostname)[0].spec.ports[0].port).toBe(Number(port));
    }
  });

  it("probes routes of the server at its port, and gives a stop the time that it takes", () => {
    const probes = muster.flatMap(({ startupProbe, livenessProbe, readinessProbe }) =>
      [startupProbe, livenessProbe, readinessProbe].filter(Boolean),
    );
    expect(probes).toHaveLength(3);
    for (const { httpGet } of probes) {
      expect(isRoute(httpGet.path), httpGet.path).toBe(true);
      expect(muster[0].ports).toContainEqual({ name: httpGet.port, containerPort: 5000 });
    }
    const grace = Number(ofKind("ConfigMap", "muster")[0].data.STOP_GRACE_S);
    const [{ spec }] = ofKind("Deployment", "muster");
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(grace + 10);
    const { periodSeconds, failureThreshold } = muster[0].readinessProbe;
    expect(grace).toBeGreaterThanOrEqual(2 * periodSeconds * failureThreshold);
  });

  it("leads from the ingress to the pods, and from mounts to volumes and claims", () => {
    for (const { spec } of ofKind("Service")) {
      const [target] = workloads.filter((one) => one.spec.template?.metadata?.labels?.app === spec.selector.app);
      const names = containersOf(target).flatMap(({ ports }) => ports.map(({ name }: Manifest) => name));
      for (const { targetPort } of spec.ports) expect(names).toContain(targetPort);
    }
    const [{ spec: ingress }] = ofKind("Ingress");
    const { service } = ingress.rules[0].http.paths[0].backend;
    expect(ofKind("Service", service.name)[0].spec.ports).toContainEqual(
      expect.objectContaining({ name: service.port.name }),
    );
    expect(ingress.tls[0].hosts).toEqual([ingress.rules[0].host]);
    expect(ofKind("ConfigMap", "muster")[0].data.PUBLIC_URL).toBe(`https://${ingress.rules[0].host}`);
    for (const { spec } of workloads.filter((one) => one.spec.selector)) {
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const volumes = [...(spec.template.spec.volumes ?? []), ...(spec.volumeClaimTemplates ?? [])];
      for (const mount of containersOf({ spec }).flatMap(({ volumeMounts }) => volumeMounts))
        expect(volumes.map((one) => one.name ?? one.metadata.name)).toContain(mount.name);
      for (const { persistentVolumeClaim: claim } of volumes)
        if (claim) expect(ofKind("PersistentVolumeClaim", claim.claimName)).not.toEqual([]);
    }
  });

  it("asks for no rights", () => {
    for (const { spec } of workloads.filter((one) => one.spec.selector)) {
      expect(spec.template.spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
      for (const { securityContext } of containersOf({ spec }))
        expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } });
    }
  });
});

it("runs one process on SQLite, which never overlaps its successor", () => {
  const [deployment] = documentsOf(join(ROOT, "sqlite", "deployment.yaml")) as [Manifest];
  expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
});
