/** The command line of the simulator: accepted options, refused ones, and their messages. */
import { describe, expect, it } from "vitest";
import { CALM, CHAOS, HELP, OptionError, readOptions } from "./options";

const read = (line: string, env = {}) => {
  const options = readOptions(line.split(" ").filter(Boolean), env);
  if (options === "help") throw new Error("It took that for --help");
  return options;
};

describe("options of the simulator", () => {
  it("are ten healthy bots by default", () => {
    expect(read("")).toMatchObject({ bots: 10, port: 5000, rate: 0.25, lines: 100, faults: CALM });
    expect(read("", { PORT: "8080" }).port).toBe(8080);
    expect(read("--bots 1000").rate).toBe(5);
  });

  it("take single faults, chaos, and chaos with single values changed", () => {
    expect(read("--crashes 5 --latency 200").faults).toEqual({
      ...CALM,
      crashes: 0.05,
      latency: { ms: 200, jitter: 0 },
    });
    expect(read("--chaos").faults).toEqual(CHAOS);
    expect(read("--chaos --loss 0 --flapping 100").faults).toEqual({ ...CHAOS, loss: 0, flapping: 1 });
  });

  it.each(["120±80", "120+-80", "120/80"])("read %s as a latency that varies", (word) =>
    expect(read(`--latency ${word}`).faults.latency).toEqual({ ms: 120, jitter: 80 }),
  );

  it("draw a seed when none is given, and keep one that is", () => {
    expect(read("").seed).toMatch(/^[0-9a-f]{6}$/);
    expect(read("--seed monday").seed).toBe("monday");
  });

  it("take the token of another server from the environment", () => {
    expect(read("--url https://muster.example.org/", { MUSTER_TOKEN: "mk_1" })).toMatchObject({
      url: "https://muster.example.org",
      token: "mk_1",
    });
  });

  it.each([
    ["--bots 0", "--bots"],
    ["--bots 1.5", "--bots"],
    ["--bots 10001", "--bots"],
    ["--bots many", "--bots"],
    ["--port 70000", "--port"],
    ["--crashes 101", "--crashes"],
    ["--flapping x", "--flapping"],
    ["--duplicates 1e2", "--duplicates"],
    ["--loss 0x1", "--loss"],
    ["--skew 1h", "--skew"],
    ["--latency 80±120", "--latency"],
    ["--latency fast", "--latency"],
    ["--latency 60001", "--latency"],
    ["--for 0", "--for"],
    ["--rate 1001", "--rate"],
    ["--url muster.example.org --token t", "--url"],
    ["--url https://muster.example.org", "--token"],
    ["--kaos", "--kaos"],
  ])("refuse %j and name %s", (line, name) => {
    expect(() => read(line)).toThrow(OptionError);
    expect(() => read(line)).toThrow(name);
  });

  it("are all in the help", () => {
    expect(readOptions(["--help"], {})).toBe("help");
    for (const name of ["bots", "port", "url", "token", "rate", "lines", "for", "seed", "chaos", ...Object.keys(CHAOS)])
      expect(HELP).toContain(`--${name}`);
    // The help shows the values that --chaos sets.
    const { latency, skew, ...shares } = CHAOS;
    expect(HELP).toContain(`(${latency.ms}±${latency.jitter})`);
    expect(HELP).toContain(`(${skew})`);
    for (const share of Object.values(shares)) expect(HELP).toContain(`(${share * 100})`);
  });
});
