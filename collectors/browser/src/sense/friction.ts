import { near, textOf, type Ears } from './ears';

/** So many clicks, so close together and so near each other, are anger. PostHog's measure, which its users know. */
const rageClicks = 3;
const rageWithinMs = 1_000;
const ragePixels = 30;

/** One form's errors in one attempt are one event. */
const formAttemptMs = 1_000;

/** Clicks in anger, and fields that the browser found wrong. Names of forms only, never what was typed. */
export function hearFriction(ears: Ears): void {
  let clicks: MouseEvent[] = [];
  let failed = -Infinity;
  ears.on(document, 'click', event => {
    const click = event as MouseEvent;
    // Keyboards click, too, and without a place; fields and steppers are clicked often for good reasons.
    if (!click.detail || near(event, 'input,select,textarea,[data-engagement-calm]')) return;
    clicks = clicks.filter(c => click.timeStamp - c.timeStamp < rageWithinMs && Math.hypot(c.clientX - click.clientX, c.clientY - click.clientY) < ragePixels);
    clicks.push(click);
    if (clicks.length < rageClicks) return;
    clicks = [];
    ears.track('rage_clicked');
  });
  ears.on(document, 'invalid', event => {
    if (event.timeStamp - failed < formAttemptMs) return;
    failed = event.timeStamp;
    const form = (event.target as HTMLInputElement).form;
    ears.track('form_error', { name: textOf(form?.getAttribute('name') ?? form?.id) });
  });
}
