import { settings } from './settings.ts';
import { t } from './words/index.ts';

let audio: AudioContext | null = null;

/** Two short tones; made here, so that nothing is loaded. Browsers allow it after the page was used once, which turning it on is. */
export function ring(): void {
  if (!settings.value.sound) return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [i, hertz] of [660, 880].entries()) {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start + i * 0.16);
    volume.gain.linearRampToValueAtTime(0.12, start + i * 0.16 + 0.02);
    volume.gain.linearRampToValueAtTime(0, start + i * 0.16 + 0.14);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + i * 0.16);
    tone.stop(start + i * 0.16 + 0.15);
  }
}

/** Only while the page is not in front, and without a word of the visitor's: notices are kept by the system. */
export function notify(body: string): void {
  if (!settings.value.notices || document.visibilityState === 'visible' || !('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const notice = new Notification(t('noticeTitle'), { body, tag: 'engagement-card', icon: undefined });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
}

/** True when notices may be shown from now on. Only ever asked by a button. */
export async function askForNotices(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
