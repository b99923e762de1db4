"use client";
/** Sections of the page that are loaded after it: together they are a fifth of its script. Placeholders have their heights. */
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton } from "@/app/_ui/skeleton";

export const ProfileForm = lazyPart(
  () => import("./profile-form").then((part) => part.ProfileForm),
  () => <Skeleton className="h-[31rem] sm:h-[21rem] rounded-md" />,
);
export const EmailAddress = lazyPart(
  () => import("./email-address").then((part) => part.EmailAddress),
  () => <Skeleton className="h-[13rem] sm:h-[11rem] rounded-md" />,
);
export const PasswordForm = lazyPart(
  () => import("./password-form").then((part) => part.PasswordForm),
  () => <Skeleton className="h-[20rem] sm:h-[14rem] rounded-md" />,
);
export const Passkeys = lazyPart(
  () => import("./passkeys").then((part) => part.Passkeys),
  () => <Skeleton className="h-[9rem] rounded-md" />,
);
export const SecondFactor = lazyPart(
  () => import("./second-factor").then((part) => part.SecondFactor),
  () => <Skeleton className="h-[9rem] rounded-md" />,
);
export const Notifications = lazyPart(
  () => import("./notifications").then((part) => part.Notifications),
  () => <Skeleton className="h-[40rem] rounded-md" />,
);
export const ApiKeys = lazyPart(
  () => import("./api-keys").then((part) => part.ApiKeys),
  () => <Skeleton className="h-[9rem] rounded-md" />,
);
export const OwnActivity = lazyPart(
  () => import("../dashboard/_audit/activity").then((part) => part.OwnActivity),
  () => <Skeleton className="h-[16rem] rounded-md" />,
);
export const DeleteAccount = lazyPart(
  () => import("./delete-account").then((part) => part.DeleteAccount),
  () => <Skeleton className="h-[7rem] rounded-md" />,
);
export const DiscordAccount = lazyPart(
  () => import("./discord").then((part) => part.DiscordAccount),
  () => <Skeleton className="h-[7rem] rounded-md" />,
);
export const Identities = lazyPart(
  () => import("./identities").then((part) => part.Identities),
  () => <Skeleton className="h-[7rem] rounded-md" />,
);
export const Sessions = lazyPart(
  () => import("./sessions").then((part) => part.Sessions),
  () => <Skeleton className="h-[9rem] rounded-md" />,
);
export const UsageCard = lazyPart(
  () => import("../_quotas/usage-card").then((part) => part.UsageCard),
  () => <Skeleton className="h-[42rem] sm:h-[24rem] rounded-md" />,
);
