import words from './words.json';

/** The SDK's own words in one language. An invitation's text and labels come from the engine, in the same language. */
export type Words = typeof words.en;

/** Written from right to left. The site may have invitations written in these; the SDK's own words are then English. */
const rightToLeft = /^(ar|arc|ckb|dv|fa|he|ks|ku|ps|sd|ug|ur|yi)\b/i;

export const wordsIn = (language: string): Words =>
  (words as unknown as Record<string, Words>)[language.slice(0, 2).toLowerCase()] ?? words.en;

export const directionOf = (language: string): 'rtl' | 'ltr' => (rightToLeft.test(language) ? 'rtl' : 'ltr');
