/** Private message brokers for tests, on free ports of 127.0.0.1, that can be killed and restarted with what they had stored. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { CERTIFICATE, CERTIFICATE_KEY } from "./certificate";
import { eventually } from "./eventually";
import { endProcess, freePort, removeFolder, temporaryFolder } from "./process";
import { aRedis } from "./redis";

export type TestBroker = {
  /** The address without a user. */
  host: string;
  /** Starts it (again); resolves when it answers. */
  start(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Kills it and removes its folder. */
  close(): Promise<void>;
};

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

type Program = { command: string; args: string[]; env?: Record<string, string>; isReady(): Promise<boolean> };

function aBroker(port: number, folder: string, { command, args, env, isReady }: Program): TestBroker {
  let child: ChildProcess | undefined;
  // The program is the leader of a group, since a script that starts it may stay between.
  async function kill() {
    if (child?.pid && child.exitCode === null) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {}
    }
    await endProcess(child);
    child = undefined;
  }
  return {
    host: `127.0.0.1:${port}`,
    async start() {
      const { PATH = "" } = process.env;
      child = spawn(command, args, {
        stdio: "ignore",
        detached: true,
        env: { PATH, HOME: folder, NODE_ENV: "test", ...env },
      });
      await eventually(isReady, Boolean);
    },
    kill,
    async close() {
      await kill();
      removeFolder(folder);
    },
  };
}

/** Writes the certificate of the tests into a folder. Returns the paths of it and of its key. */
function writeCertificate(folder: string) {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  writeFileSync(cert, CERTIFICATE);
  writeFileSync(key, CERTIFICATE_KEY);
  return { cert, key };
}

/** NATS with JetStream and the user "muster". Not started yet. Needs nats-server on PATH. */
export async function aNats({ isSecure = false } = {}): Promise<TestBroker> {
  const [port, folder] = [await freePort(), temporaryFolder()];
  const args = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", folder, "--user", "muster", "--pass", "p%w"];
  if (isSecure) {
    const { cert, key } = writeCertificate(folder);
    args.push("--tls", "--tlscert", cert, "--tlskey", key);
  }
  return aBroker(port, folder, { command: "nats-server", args, isReady: () => listens(port) });
}

/** Debian's command of the same name runs as another user, who may not write into the folder. */
const RABBIT = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/** Writes settings of RabbitMQ that let it listen for TLS alone. Returns the path of the file. */
function writeRabbitTls(folder: string, port: number): string {
  const { cert, key } = writeCertificate(folder);
  const lines = ["listeners.tcp = none", `listeners.ssl.default = 127.0.0.1:${port}`];
  lines.push(`ssl_options.cacertfile = ${cert}`, `ssl_options.certfile = ${cert}`, `ssl_options.keyfile = ${key}`);
  lines.push("ssl_options.verify = verify_none", "ssl_options.fail_if_no_peer_cert = false");
  const file = join(folder, "tls.conf");
  writeFileSync(file, lines.join("\n"));
  return file;
}

/** RabbitMQ with its user "guest". Not started yet. Needs rabbitmq-server. */
export async function aRabbit({ isSecure = false } = {}): Promise<TestBroker> {
  const [port, dist, epmd, folder] = [await freePort(), await freePort(), await freePort(), temporaryFolder()];
  const env = {
    RABBITMQ_NODENAME: `muster${port}@localhost`,
    ...(isSecure
      ? { RABBITMQ_CONFIG_FILE: writeRabbitTls(folder, port) }
      : { RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1", RABBITMQ_NODE_PORT: String(port) }),
    ...{ RABBITMQ_DIST_PORT: String(dist), ERL_EPMD_PORT: String(epmd) },
    ...{ RABBITMQ_MNESIA_BASE: join(folder, "data"), RABBITMQ_LOG_BASE: join(folder, "log") },
    ...{ RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"), RABBITMQ_CONF_ENV_FILE: join(folder, "none") },
    ...{ RABBITMQ_PID_FILE: join(folder, "pid"), ERL_EPMD_ADDRESS: "127.0.0.1" },
  };
  // Erlang would start a port mapper of its own, which stays when the broker is killed.
  const mapper = spawn("epmd", ["-port", String(epmd), "-address", "127.0.0.1"], { stdio: "ignore" });
  const broker = aBroker(port, folder, { command: RABBIT, args: [], env, isReady: () => listens(port) });
  return {
    ...broker,
    async close() {
      await broker.close();
      await endProcess(mapper);
    },
  };
}

/** Redis without storage, with the password "secret". Not started yet. */
export async function aRedisBroker(): Promise<TestBroker> {
  const { url, ...redis } = await aRedis({ password: "secret" });
  return { ...redis, host: new URL(url).host };
}

/** Redis that listens for TLS alone, with the password "secret". Not started yet. */
export async function aSecureRedisBroker(): Promise<TestBroker> {
  const [port, folder] = [await freePort(), temporaryFolder()];
  const { cert, key } = writeCertificate(folder);
  const options = { port: "0", "tls-port": String(port), bind: "127.0.0.1", save: "", requirepass: "secret" };
  const tls = { "tls-cert-file": cert, "tls-key-file": key, "tls-auth-clients": "no", dir: folder };
  const args = Object.entries({ ...options, ...tls }).flatMap(([name, value]) => [`--${name}`, value]);
  return aBroker(port, folder, { command: "redis-server", args, isReady: () => listens(port) });
}
