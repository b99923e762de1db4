export declare function referencePages(): Map<string, string>;
export declare function stalePages(): string[];
export declare function brokenCitations(): string[];
