import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLiveData } from "./live-data";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const KEY = ["instances", "ada"];

function reading() {
  const client = new QueryClient();
  const answers: ((value: string) => void)[] = [];
  const queryFn = vi.fn(() => new Promise<string>((resolve) => answers.push(resolve)));
  const end = new QueryObserver(client, { queryKey: KEY, queryFn, staleTime: 60_000 }).subscribe(() => {});
  return { client, answers, queryFn, end, data: () => client.getQueryData(KEY) };
}

it("asks again when an answer was under way, because it may be older than the event", async () => {
  const { client, answers, queryFn, end, data } = reading();
  setLiveData(client, KEY, () => "two programs");
  setLiveData(client, KEY, () => "three programs");
  answers[0]!("one program");
  await vi.advanceTimersByTimeAsync(10);
  expect(data()).toBe("one program");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(queryFn).toHaveBeenCalledTimes(2);
  answers[1]!("three programs, read");
  await vi.advanceTimersByTimeAsync(2_000);
  expect([data(), queryFn.mock.calls.length]).toEqual(["three programs, read", 2]);
  end();
});

it("asks for nothing when no answer is under way", async () => {
  const { client, answers, queryFn, end, data } = reading();
  answers[0]!("one program");
  await vi.advanceTimersByTimeAsync(10);
  setLiveData<string>(client, KEY, (known) => `${known}, then two`);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([data(), queryFn.mock.calls.length]).toEqual(["one program, then two", 1]);
  end();
});
