import { describe, expect, it } from "vitest";
import { plainText, styledText } from "./ansi";

const ESC = "\u001b";

describe("styledText", () => {
  it("divides a text by its colours, and takes the codes out", () => {
    expect(styledText(`${ESC}[31mERROR${ESC}[0m in ${ESC}[1;33mgateway${ESC}[22m x${ESC}[39m y`)).toEqual([
      { text: "ERROR", className: "text-bad" },
      { text: " in ", className: "" },
      { text: "gateway", className: "text-warn font-semibold" },
      { text: " x", className: "text-warn" },
      { text: " y", className: "" },
    ]);
  });
  it("leaves out codes that move the cursor or set a title, and shades that themes do not have", () => {
    const text = `a${ESC}[2Kb${ESC}]0;title\u0007c${ESC}[38;5;196md${ESC}[38;2;1;2;31me${ESC}[mf`;
    expect(plainText(text)).toBe("abcdef");
    expect(styledText(text).every(({ className }) => className === "")).toBe(true);
  });
  it("leaves a text without codes as it is", () => {
    expect(styledText("[31m plain")).toEqual([{ text: "[31m plain", className: "" }]);
  });
});
