import { cva } from "class-variance-authority";

/**
 * The styles of a button. In a file of their own, so that error pages and banners need not load the button component.
 */
export const buttonStyle = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors duration-100 disabled:pointer-events-none disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "ui:border-accent ui:bg-accent ui:text-accent-fg hover:opacity-90",
        default: "ui:border-line ui:bg-panel ui:text-text hover:bg-raised",
        ghost: "ui:border-transparent ui:bg-transparent ui:text-muted hover:bg-raised hover:text-text",
        danger: "ui:border-bad ui:bg-bad ui:text-bad-fg hover:opacity-90",
      },
      size: {
        sm: "ui:h-7 ui:text-[13px] [&_svg]:size-3.5",
        md: "ui:h-9 ui:text-sm [&_svg]:size-4",
      },
      icon: { true: "ui:px-0", false: "" },
    },
    compoundVariants: [
      { size: "sm", icon: false, className: "ui:px-2" },
      { size: "md", icon: false, className: "ui:px-3" },
      { size: "sm", icon: true, className: "ui:w-7" },
      { size: "md", icon: true, className: "ui:w-9" },
    ],
    defaultVariants: { variant: "default", size: "md", icon: false },
  },
);
