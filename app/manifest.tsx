import type { MetadataRoute } from "next";
import install from "./_shell/icon-install.png";
import maskable from "./_shell/icon-maskable.png";

/** Lets a phone or desktop install the console, so that it opens in a window of its own. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    id: "/",
    name: "Muster",
    short_name: "Muster",
    description: "The control plane for bots.",
    start_url: "/dashboard",
    scope: "/",
    display: "standalone",
    background_color: "#f6f6f8",
    theme_color: "#f6f6f8",
    icons: [
      { src: install.src, sizes: "512x512", type: "image/png", purpose: "any" },
      { src: maskable.src, sizes: "512x512", type: "image/png", purpose: "maskable" },
      { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
    ],
    shortcuts: [
      { name: "Alerts", url: "/dashboard/alerts" },
      { name: "Bots", url: "/dashboard/bots" },
      { name: "Logs", url: "/dashboard/logs" },
    ],
  };
}
