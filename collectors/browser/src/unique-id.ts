/** An id that no other event or tab has; no secret. (`crypto.randomUUID` is not there on insecure origins.) */
export const uniqueId = (): string => [Math.random(), Math.random(), Date.now()].map(n => n.toString(36).slice(-9)).join('');
