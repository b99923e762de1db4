/** A real OpenLDAP server (Debian's slapd) in a temporary folder, as an ordinary process on free ports of 127.0.0.1. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "ldapts";
import { CERTIFICATE, CERTIFICATE_KEY } from "../certificate";
import { freePort, removeFolder, temporaryFolder } from "../process";

const SUFFIX = "dc=example,dc=org";
export const PEOPLE = `ou=people,${SUFFIX}`;
export const GROUPS = `ou=groups,${SUFFIX}`;
const ROOT = { dn: `cn=admin,${SUFFIX}`, password: "the directory's admin" };

/** Debian keeps slapd off the PATH of people. */
const binary = (name: string) =>
  ["/usr/sbin", "/usr/libexec", "/usr/lib/openldap"].map((dir) => join(dir, name)).find(existsSync) ?? name;

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy().destroyed));
    socket.once("error", () => resolve(false));
  });

/** Every search without pages ends after ten entries, so that a test of pages cannot pass by accident. */
const config = (folder: string) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile ${folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
TLSCACertificateFile ${folder}/cert.pem
database mdb
suffix "${SUFFIX}"
rootdn "${ROOT.dn}"
rootpw "${ROOT.password}"
directory ${folder}/data
maxsize 268435456
dbnosync
index objectClass,uid,mail,member,uniqueMember,memberUid,entryUUID eq
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=muster,${SUFFIX}" read by * none
limits dn.exact="cn=muster,${SUFFIX}" size.soft=10 size.hard=10 size.prtotal=unlimited size.pr=500
`;

const BASE = `
dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: cn=muster,${SUFFIX}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: muster
userPassword: the reader

dn: ${PEOPLE}
objectClass: organizationalUnit
ou: people

dn: ${GROUPS}
objectClass: organizationalUnit
ou: groups
`;

type Person = { uid: string; password: string; mail?: string; more?: Record<string, string> };
type Attributes = Record<string, string | string[]>;

export class Slapd {
  private constructor(
    readonly folder: string,
    readonly ports: { plain: number; tls: number },
    private child: ChildProcess,
  ) {}

  /** Starts an empty directory. */
  static async start(): Promise<Slapd> {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "cert.pem"), CERTIFICATE);
    writeFileSync(join(folder, "key.pem"), CERTIFICATE_KEY);
    writeFileSync(join(folder, "slapd.conf"), config(folder));
    writeFileSync(join(folder, "base.ldif"), BASE);
    await Slapd.load(folder, "base.ldif");
    const ports = { plain: await freePort(), tls: await freePort() };
    return new Slapd(folder, ports, await Slapd.run(folder, ports));
  }

  private static async load(folder: string, file: string): Promise<void> {
    await promisify(execFile)(binary("slapadd"), ["-q", "-f", join(folder, "slapd.conf"), "-l", join(folder, file)]);
  }

  /** Starts the process and waits until it listens. It logs little else at this level. */
  private static async run(folder: string, { plain, tls }: Slapd["ports"]): Promise<ChildProcess> {
    const addresses = `ldap://127.0.0.1:${plain}/ ldaps://127.0.0.1:${tls}/`;
    const argv = ["-d", "none", "-f", join(folder, "slapd.conf"), "-h", addresses];
    const child = spawn(binary("slapd"), argv, { stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`slapd did not start:\n${output}`)));
      child.stderr.on("data", (data) => {
        output = `${output}${data}`.slice(-10_000);
        if (output.includes("slapd starting")) resolve();
      });
    });
    // It says so a moment before it listens.
    while (!(await listens(plain)) || !(await listens(tls))) await sleep(20);
    return child;
  }

  get url(): string {
    return `ldap://127.0.0.1:${this.ports.plain}`;
  }

  /** The file with the certificate that signs the server's. */
  get ca(): string {
    return join(this.folder, "cert.pem");
  }

  /** The settings with which this server reads the directory, as variables of the environment. */
  get env(): Record<string, string> {
    return {
      ...{ LDAP_URL: this.url, LDAP_CA: this.ca, LDAP_BASE_DN: PEOPLE, LDAP_GROUP_BASE_DN: GROUPS },
      ...{ LDAP_BIND_DN: `cn=muster,${SUFFIX}`, LDAP_BIND_PASSWORD: "the reader", LDAP_NAME: "Example directory" },
    };
  }

  /** Does something as the directory's admin. */
  async asRoot<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: this.url });
    await client.bind(ROOT.dn, ROOT.password);
    try {
      return await work(client);
    } finally {
      await client.unbind();
    }
  }

  /** Adds a person. @returns the person's DN */
  async person({ uid, password, mail = `${uid}@example.org`, more }: Person): Promise<string> {
    const dn = `uid=${uid},${PEOPLE}`;
    const classes = ["inetOrgPerson", "shadowAccount"];
    const attributes = {
      objectClass: classes,
      uid,
      cn: `Person ${uid}`,
      sn: uid,
      userPassword: password,
      mail,
      ...more,
    };
    await this.add(dn, attributes);
    return dn;
  }

  /** Adds a group. @returns the group's DN */
  async group(cn: string, member: string[]): Promise<string> {
    const dn = `cn=${cn},${GROUPS}`;
    await this.add(dn, { objectClass: "groupOfNames", cn, member });
    return dn;
  }

  add = (dn: string, attributes: Attributes): Promise<void> => this.asRoot((client) => client.add(dn, attributes));
  remove = (dn: string): Promise<void> => this.asRoot((client) => client.del(dn));

  /** Replaces the values of one attribute. */
  async set(dn: string, type: string, values: string[]): Promise<void> {
    const { Attribute, Change } = await import("ldapts");
    const modification = new Attribute({ type, values });
    await this.asRoot((client) => client.modify(dn, new Change({ operation: "replace", modification })));
  }

  /** Adds many entries at once. */
  async addAll(entries: string[]): Promise<void> {
    await this.stop();
    writeFileSync(join(this.folder, "more.ldif"), entries.join("\n\n"));
    await Slapd.load(this.folder, "more.ldif");
    await this.resume();
  }

  /** Ends the server and keeps its data. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await ended;
  }

  async resume(): Promise<void> {
    this.child = await Slapd.run(this.folder, this.ports);
  }

  async close(): Promise<void> {
    await this.stop();
    removeFolder(this.folder);
  }
}
