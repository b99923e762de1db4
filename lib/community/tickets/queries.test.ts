import { describe, expect, it } from "vitest";
import type { TicketDetail, TicketMessage } from "./contract";
import { mergeDetail, withChange, withMessages, withOlder, withRead } from "./conversation/queries.cache";

const message = (seq: number, more: Partial<TicketMessage> = {}) => ({ id: `m${seq}`, seq, ...more }) as TicketMessage;
const detail = (seqs: number[], next_cursor: string | null = null) =>
  ({
    ticket_id: "t",
    unread_count: 3,
    messages: seqs.map((seq) => message(seq)),
    next_cursor,
    reads: [],
  }) as unknown as TicketDetail;
const seqs = (known: TicketDetail) => known.messages.map((one) => one.seq);

describe("a conversation in the browser", () => {
  it("keeps the past it has loaded when a fresh reading meets it", () => {
    const merged = mergeDetail(detail([1, 2, 3, 4], null), detail([3, 4, 5], "3"));
    expect(seqs(merged)).toEqual([1, 2, 3, 4, 5]);
    expect(merged.next_cursor).toBeNull();
  });

  it("keeps what came live while the reading was under way", () => {
    expect(seqs(mergeDetail(detail([2, 3, 4], "2"), detail([1, 2, 3], null)))).toEqual([1, 2, 3, 4]);
    expect(mergeDetail(detail([2, 3, 4], "2"), detail([1, 2, 3], null)).next_cursor).toBeNull();
  });

  it("starts anew when more was missed than a reading holds: no hole", () => {
    const merged = mergeDetail(detail([1, 2, 3]), detail([7, 8], "7"));
    expect(seqs(merged)).toEqual([7, 8]);
    expect(merged.next_cursor).toBe("7");
  });

  it("takes messages in any order, each once, the later one for good", () => {
    const known = withMessages(detail([1, 2, 5]), [message(6), message(4), message(5, { content: "new" })]);
    expect(seqs(known)).toEqual([1, 2, 4, 5, 6]);
    expect(known.messages[3]?.content).toBe("new");
  });

  it("leaves out what lies before the loaded part", () => {
    expect(seqs(withMessages(detail([5, 6], "5"), [message(2), message(7)]))).toEqual([5, 6, 7]);
    const same = detail([5, 6], "5");
    expect(withMessages(same, [message(2)])).toBe(same);
  });

  it("puts an older page in front", () => {
    const known = withOlder(detail([5, 6], "5"), { messages: [message(3), message(4), message(5)], next_cursor: "3" });
    expect(seqs(known)).toEqual([3, 4, 5, 6]);
    expect(known.next_cursor).toBe("3");
  });

  it("takes a change, but nobody else's count of unread", () => {
    expect(withChange(detail([1]), { status: "closed", unread_count: 9 })).toMatchObject({
      status: "closed",
      unread_count: 3,
    });
  });

  it("moves read marks forward only", () => {
    const mark = (last_seq: number) => ({ user_id: "1", user_name: "ada", last_read: "", last_seq });
    const known = withRead(withRead(detail([1]), mark(4)), mark(2));
    expect(known.reads).toEqual([mark(4)]);
    expect(withRead(known, mark(6)).reads).toEqual([mark(6)]);
  });
});
