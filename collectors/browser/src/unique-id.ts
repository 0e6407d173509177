/** An id that no other event or tab has; no secret. (`crypto.randomUUID` is not there on insecure origins.) */
export const uniqueId = (): string => Math.random().toString(36).slice(2) + Date.now().toString(36);
