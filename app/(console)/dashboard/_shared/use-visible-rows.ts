import { type RefObject, useLayoutEffect, useState } from "react";

/** The number of rows rendered beyond each edge of the visible area. */
const MARGIN = 8;

/**
 * Returns the range of `count` rows of equal `height` (px) that a scroll area shows, with a few beyond its edges:
 * `from` is inclusive, `to` exclusive. The range is empty until the area can be measured.
 */
export function useVisibleRows(area: RefObject<HTMLElement | null>, count: number, height: number) {
  const [range, setRange] = useState({ from: 0, to: 0 });
  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    const look = () => {
      const from = Math.max(0, Math.floor(box.scrollTop / height) - MARGIN);
      const to = Math.min(count, Math.ceil((box.scrollTop + box.clientHeight) / height) + MARGIN);
      setRange((known) => (known.from === from && known.to === to ? known : { from, to }));
    };
    look();
    box.addEventListener("scroll", look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(box);
    return () => {
      box.removeEventListener("scroll", look);
      watch.disconnect();
    };
  }, [area, count, height]);
  return range;
}
