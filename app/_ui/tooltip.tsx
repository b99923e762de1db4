"use client";
import { type CSSProperties, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";

const DELAY_MS = 300;
const MARGIN = 8;

/**
 * A note above its child, on hover and on keyboard focus; Escape hides it. Never the only place for necessary
 * information. Set `focusable` when the child cannot take the focus itself, such as a disabled button.
 */
export function Tooltip({ content, focusable, children }: TooltipProps) {
  const [place, setPlace] = useState<CSSProperties | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const around = useRef<HTMLSpanElement>(null);
  const id = useId();
  const show = (after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const box = around.current?.getBoundingClientRect();
      if (!box) return;
      const bottom = window.innerHeight - box.top + 5;
      // Align to the nearer edge of the window, so that the note never leaves it.
      const isRight = box.left + box.width / 2 > window.innerWidth / 2;
      setPlace(
        isRight
          ? { right: Math.max(MARGIN, window.innerWidth - box.right), bottom }
          : { left: Math.max(MARGIN, box.left), bottom },
      );
    }, after);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(null);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what happens to what it wraps
    <span
      ref={around}
      className="inline-grid"
      tabIndex={focusable ? 0 : undefined}
      aria-describedby={place ? id : undefined}
      onPointerEnter={() => show(DELAY_MS)}
      onPointerLeave={hide}
      onFocus={() => show(0)}
      onBlur={hide}
      onKeyDown={(event: KeyboardEvent) => event.key === "Escape" && hide()}
    >
      {children}
      {place
        ? createPortal(
            <span
              id={id}
              role="tooltip"
              style={place}
              className="fixed z-50 w-max max-w-[min(18rem,calc(100vw-1rem))] animate-appear rounded-md bg-text px-2 py-1 text-bg text-xs shadow-pop"
            >
              {content}
            </span>,
            document.body,
          )
        : null}
    </span>
  );
}

type TooltipProps = { content: ReactNode; focusable?: boolean; children: ReactNode };
