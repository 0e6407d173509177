// An attempt at signing in, as both pages' forms make it.
import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';

export interface Attempt {
  readonly busy: ReadonlySignal<boolean>;
  /** What the engine said of the last failure, for the words that have a place for it. */
  readonly detail: ReadonlySignal<string>;
  make(act: () => Promise<void>): Promise<void>;
}

/** @param trouble What went wrong last, as the page's words know it. @param fieldOf The field to look at again. */
export function useAttempt<T extends string>(trouble: Signal<T | null>, troubleOf: (error: unknown) => T, fieldOf: (trouble: T) => string): Attempt {
  const busy = useSignal(false);
  const detail = useSignal('');
  return {
    busy,
    detail,
    async make(act) {
      trouble.value = null;
      busy.value = true;
      try {
        await act();
      } catch (error) {
        detail.value = error instanceof Error ? error.message : '';
        const found = troubleOf(error);
        trouble.value = found;
        document.getElementById(fieldOf(found))?.focus();
      } finally {
        busy.value = false;
      }
    },
  };
}
