import { sectionRoutes } from "../section-routes";

export const { GET, PUT } = sectionRoutes("quotas");
