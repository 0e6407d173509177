import type { Permission } from './permission';

/** The few values that are kept on the device, where that is permitted; else in this page's memory. Never throws: storage may be full or forbidden. */
export interface Store {
  get<T>(name: string): T | null;
  set(name: string, value: unknown): void;
  remove(name: string): void;

  /** Of what is on the device and begins so. */
  names(start: string): string[];

  /** Erases everything of ours, whatever is permitted. */
  clear(): void;
}

const prefix = 'engagement.';

/** @param area gives the storage that is permitted at this moment; null for none. */
export function createStore(area: () => Storage | null, all: () => Storage[]): Store {
  const memory = new Map<string, string>();
  const attempt = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch {
      return null; // Full, forbidden by the browser, or not JSON: as if nothing were there.
    }
  };
  const namesIn = (storage: Storage, start = '') => Object.keys(storage).filter(name => name.startsWith(prefix + start));
  const kept = (): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> => area() ?? {
    getItem: name => memory.get(name) ?? null,
    setItem: (name, text) => memory.set(name, text),
    removeItem: name => memory.delete(name),
  };
  return {
    get: name => attempt(() => JSON.parse(kept().getItem(prefix + name) ?? 'null')),
    set: (name, value) => void attempt(() => kept().setItem(prefix + name, JSON.stringify(value))),
    remove: name => void attempt(() => kept().removeItem(prefix + name)),
    names: start => attempt(() => namesIn(area()!, start).map(name => name.slice(prefix.length))) ?? [],
    clear() {
      memory.clear();
      attempt(() => all().forEach(storage => namesIn(storage).forEach(name => storage.removeItem(name))));
    },
  };
}

/** The browser's storage for a permission. */
export const areaOf = ({ store }: Permission): Storage | null =>
  (window as unknown as Record<string, Storage | undefined>)[`${store}Storage`] ?? null;
