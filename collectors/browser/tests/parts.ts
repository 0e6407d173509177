/** A clock with timers that the test moves. */
export class Clock {
  now = Date.parse('2026-11-30T10:00:00Z');
  private timers: { at: number; work: () => void }[] = [];

  later = (work: () => void, ms: number) => {
    const timer = { at: this.now + ms, work };
    this.timers.push(timer);
    return timer;
  };

  cancel = (timer: unknown) => {
    this.timers = this.timers.filter(t => t !== timer);
  };

  /** Moves on, firing what is due in order, and lets promises settle between. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settled();
      const next = this.timers.filter(t => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.cancel(next);
      this.now = next.at;
      next.work();
    }
    this.now = until;
    await settled();
  }
}

export const settled = () => new Promise(resolve => setImmediate(resolve));

/** Storage as a browser has it. */
export class FakeStorage {
  full = false;
  removeItem = (name: string) => { delete (this as Record<string, unknown>)[name]; };
  getItem = (name: string) => ((this as Record<string, unknown>)[name] as string | undefined) ?? null;
  setItem = (name: string, text: string) => {
    if (this.full) throw new Error('QuotaExceededError');
    (this as Record<string, unknown>)[name] = text;
  };

  get ours(): string[] {
    return Object.keys(this).filter(name => name.startsWith('engagement.'));
  }
}
