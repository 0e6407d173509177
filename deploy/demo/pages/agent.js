// Who sits at the agents' console: each browser has an agent of its own, so that several newcomers do not share one.
const storeName = 'first-minute-agent';

/** Where the console keeps, for its tab, who is signed in and whether she is available. */
export const signedIn = 'engagement.console.signed-in';
export const available = 'engagement.console.available';

export function agent() {
  const name = localStorage.getItem(storeName) ?? `robin-${crypto.randomUUID().slice(0, 4)}`;
  localStorage.setItem(storeName, name);
  return name;
}

/** The next one is somebody else, with an empty desk. */
export function retire() {
  localStorage.removeItem(storeName);
  for (const name of [signedIn, available]) sessionStorage.removeItem(name);
}

/** Another tab of this browser has begun anew. */
export const onRetired = act => addEventListener('storage', ({ key, newValue }) => { if (key === storeName && newValue === null) act(); });
