// The desk of one agent: what the engine says, as signals that the views draw, and what the agent does. The only part that calls the engine.
import { batch, computed, signal } from '@preact/signals';
import { notify, ring } from './alerts.ts';
import { Api, Refused, type Credentials, type Recipient, type SignedIn } from './api.ts';
import { aside } from './aside.ts';
import { eachSecond, now } from './clock.ts';
import type { CardMessage, Outcome, Presence } from './contract.ts';
import type { TalkEntry } from './conversation.ts';
import { isBack, type Provider } from './provider.ts';
import * as queues from './queue.ts';
import { questionsStart, questionsStop, readQuestions } from './questions.ts';
import type { Session } from './session.ts';
import { offered, settings } from './settings.ts';
import { deskStateOf, renewMs, type Link } from './state.ts';
import { follow } from './stream.ts';
import { forgetTalk, openTalk, startTalks, stopTalks } from './talks.ts';
import { teamChanged, teamStart, teamStop } from './team.ts';
import { t, type Key } from './words/index.ts';

export interface Toast { id: number; text: string; tone: 'plain' | 'bad' }

const storeName = 'engagement.console.signed-in';
const availableName = 'engagement.console.available';
const toastMs = 8_000;

export const me = signal<{ agent: string } | null>(null);
/** As the engine says of the token; the engine holds to it, this only draws what it would take. */
export const isSupervisor = signal(false);
export const signInTrouble = signal<Key | null>(null);
/** What engine or provider said of it, where the words have a place for that. */
export const signInDetail = signal('');
export const link = signal<Link>('connecting');
export const isAvailable = signal(false);
export const desk = signal<Presence | null>(null);
export const queue = signal<queues.Queue>(new Map());
export const chosenId = signal<string | null>(null);
/** Cards whose claim is under way, and what the engine said of one that was refused for now. */
export const claiming = signal<ReadonlySet<string>>(new Set());
export const toasts = signal<readonly Toast[]>([]);
/** Said to those who listen rather than look. */
export const spoken = signal('');

/** Second of the engine's clock: what counts down compares with this. */
export const engineNow = computed(() => now.value + (api ? api.now() - Date.now() : 0));
export const sections = computed(() => queues.listed(queue.value, me.value?.agent ?? '', engineNow.value));
export const chosen = computed(() => (chosenId.value === null ? null : queue.value.get(chosenId.value) ?? null));
export const slotsUsed = computed(() => queues.slotsInUse(queue.value, me.value?.agent ?? ''));
/** Who paused this agent; null where nobody did. */
export const pausedBy = computed(() => (isAvailable.value && desk.value?.pausedBy) || null);
export const deskState = computed(() => deskStateOf(link.value, isAvailable.value, pausedBy.value !== null, slotsUsed.value, settings.value.capacity));
/** Conversations that this agent ended or gave away here: of others that ended or went, she is told. */
export const dealtWith = new Set<string>();

let api: Api | null = null;
/** A sign-in at a provider; null: a token was typed in. */
let session: Session | null = null;
let following: AbortController | null = null;
let renewedAt = 0;
let isLeaving = false;
let toastCount = 0;

/** Throws what the engine says; signs in where it takes the token. */
export async function signIn(credentials: Credentials): Promise<void> {
  const who = whoTyped(credentials);
  const role = await announce(who);
  sessionStorage.setItem(storeName, JSON.stringify({ ...credentials, role }));
  begin(who);
}

/** To the company's provider: the page is left, and comes back with its answer. */
export async function signInAt(provider: Provider): Promise<void> {
  const { go } = await import('./session.ts');
  await go(provider);
}

/** Again after a reload of this tab, or back from the provider. */
export async function resume(): Promise<void> {
  if (isBack(location.search)) return comeBack();
  try {
    const stored = JSON.parse(sessionStorage.getItem(storeName) ?? 'null') as Stored | null;
    if (!stored || typeof stored.agent !== 'string') return;
    if (typeof stored.token !== 'string') {
      const { goOn } = await import('./session.ts');
      session = await goOn();
      if (!session) return signOut('signedOutByEngine');
    }
    isSupervisor.value = stored.role === 'supervisor';
    isAvailable.value = sessionStorage.getItem(availableName) === 'yes';
    begin(session ? whoCame(stored.agent, session) : whoTyped({ token: stored.token!, agent: stored.agent }));
  } catch {
    sessionStorage.removeItem(storeName);
  }
}

async function comeBack(): Promise<void> {
  let came: Session | null = null;
  try {
    came = await (await import('./session.ts')).comeBack();
    const { agent } = await new Api(whoCame('', came)).whoAmI();
    if (!agent) throw new Error(t('wrongAgent'));
    const who = whoCame(agent, came);
    const role = await announce(who);
    session = came;
    sessionStorage.setItem(storeName, JSON.stringify({ agent, role }));
    begin(who);
  } catch (error) {
    came?.end();
    signInDetail.value = error instanceof Error ? error.message : '';
    signInTrouble.value = error instanceof Refused && error.status === 0 ? 'notReached' : 'providerRefused';
  }
}

/** Takes the place at the desk, and says as what. */
async function announce(who: SignedIn): Promise<string | undefined> {
  const { role } = await new Api(who).setPresence('away', offered());
  isSupervisor.value = role === 'supervisor';
  return role;
}

export function signOut(trouble: Key | null = null): void {
  if (isAvailable.value) void api?.setPresence('away', offered(), true).catch(() => {});
  following?.abort();
  stopTalks();
  questionsStop();
  teamStop();
  dealtWith.clear();
  sessionStorage.removeItem(storeName);
  sessionStorage.removeItem(availableName);
  session?.end();
  session = null;
  api = null;
  batch(() => {
    me.value = null;
    isSupervisor.value = false;
    aside.value = null;
    signInTrouble.value = trouble;
    isAvailable.value = false;
    link.value = 'connecting';
    queue.value = new Map();
    chosenId.value = null;
    desk.value = null;
    toasts.value = [];
  });
}

export async function setAvailable(available: boolean): Promise<void> {
  const before = isAvailable.value;
  remember(available);
  try {
    await renew();
  } catch (error) {
    // Cut off by a reload: the page that comes says it again.
    if (isLeaving) return;
    remember(before);
    trouble(error);
  }
}

/** Before the engine has heard it, so that a reload in between goes on where she was. */
function remember(available: boolean): void {
  isAvailable.value = available;
  sessionStorage.setItem(availableName, available ? 'yes' : 'no');
}

/** Capacity, languages or skills: said at once, so that the engine counts with it. */
export function offerChanged(): void {
  if (isAvailable.value) void renew().catch(trouble);
}

export async function claim(id: string): Promise<void> {
  const agent = me.value?.agent;
  if (!api || !agent || claiming.value.has(id)) return;
  claiming.value = new Set(claiming.value).add(id);
  try {
    const answer = await api.claim(id);
    queue.value = queues.won(queue.value, id, agent, answer.card, api.now());
    chosenId.value = id;
    void openTalk(id);
  } catch (error) {
    lostClaim(id, error);
  } finally {
    claimed(id);
  }
}

function claimed(id: string): void {
  const rest = new Set(claiming.value);
  rest.delete(id);
  claiming.value = rest;
}

/** Ends a conversation; its card stays until the agent has said how it went. */
export async function end(id: string): Promise<void> {
  if (!api) return;
  dealtWith.add(id);
  try {
    await api.endConversation(id);
  } catch (error) {
    // Not found: it has ended already.
    if (!(error instanceof Refused && error.status === 404)) return trouble(error);
  }
  queue.value = queues.wrapUp(queue.value, id, api?.now() ?? Date.now());
}

export async function wrapUp(id: string, outcome: Outcome, note: string): Promise<void> {
  if (!api) return;
  try {
    await api.wrapUp(id, outcome, note);
  } catch (error) {
    // It is said already, or there is nothing any more to say it of.
    if (!(error instanceof Refused && (error.status === 404 || error.code === 'already_wrapped_up'))) return trouble(error);
  }
  tell(t('wrapUpThanks'));
  putAway(id);
}

/** Hands over; true when somebody has it now. @param holder A supervisor's: whose it is, where not her own. */
export async function transfer(id: string, to: Recipient, holder?: string): Promise<boolean> {
  if (!api) return false;
  if (!holder) dealtWith.add(id);
  try {
    await api.transfer(id, to, holder);
  } catch (error) {
    dealtWith.delete(id);
    if (error instanceof Refused && error.code === 'nobody_free') tell(t(holder ? 'handOnNobody' : 'transferNobody'), 'bad');
    else refusedOfTeam(error, holder);
    return false;
  }
  if (holder) teamChanged();
  else {
    forgetTalk(id);
    queue.value = queues.part(queue.value, id, 'transferred', api?.now() ?? Date.now());
  }
  return true;
}

/** A supervisor's: what another holds becomes hers, and its visitor is told that she waits and then that somebody is here. */
export async function takeOver(id: string, holder: string): Promise<void> {
  const [current, agent] = [api, me.value?.agent];
  if (!current || !agent || claiming.value.has(id)) return;
  claiming.value = new Set(claiming.value).add(id);
  try {
    await current.transfer(id, { toAgent: agent }, holder);
    const answer = await current.claim(id);
    if (api !== current) return;
    batch(() => {
      queue.value = queues.tookOver(queue.value, id, answer.card?.site ?? '', agent, answer.card, current.now());
      aside.value = null;
      chosenId.value = id;
    });
    void openTalk(id);
  } catch (error) {
    if (error instanceof Refused && error.code === 'nobody_free') tell(t('takeOverNobody'), 'bad');
    else refusedOfTeam(error, holder);
  } finally {
    claimed(id);
  }
}

/** A supervisor's: ends what another holds. */
export async function endOther(id: string, holder: string): Promise<void> {
  try {
    await api?.endConversation(id, holder);
  } catch (error) {
    refusedOfTeam(error, holder);
  }
  teamChanged();
}

/** Lets nothing new come to an agent, or lets it come again. */
export async function setPause(agent: string, paused: boolean): Promise<void> {
  try {
    await api?.setPause(agent, paused);
    if (agent === me.value?.agent) await renew();
  } catch (error) {
    refusedOfTeam(error, agent);
  }
  teamChanged();
}

/** What was seen of another is a moment old: not found means that it is no longer so. */
function refusedOfTeam(error: unknown, other: string | undefined): void {
  if (other && error instanceof Refused && error.status === 404) tell(t('teamChanged'), 'bad');
  else trouble(error);
  if (other) teamChanged();
}

/** The card has been dealt with: it goes. */
export function putAway(id: string): void {
  forgetTalk(id);
  const rest = new Map(queue.value);
  rest.delete(id);
  queue.value = rest;
  if (chosenId.value === id) chosenId.value = null;
}

export async function saveTranscript(id: string): Promise<void> {
  if (!api) return;
  try {
    const address = URL.createObjectURL(new Blob([await api.transcript(id)], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = `conversation-${id.replace(/[^A-Za-z0-9_-]/g, '')}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) tell(t('transcriptGone'), 'bad');
    else trouble(error);
  }
}

export function tell(text: string, tone: Toast['tone'] = 'plain'): void {
  const id = ++toastCount;
  toasts.value = [...toasts.value.slice(-3), { id, text, tone }];
  setTimeout(() => dismiss(id), toastMs);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter(toast => toast.id !== id);
}

/** Once, when the page starts. */
export function startDesk(): void {
  eachSecond(() => {
    if (!api) return;
    const tidied = queues.tidy(queue.value, api.now());
    if (tidied !== queue.value) queue.value = tidied;
    if ((isAvailable.value || hasTalks()) && Date.now() - renewedAt >= renewMs) void renew().catch(() => {});
  });
  // Whoever closes the page sits at no desk: nobody is promised on her behalf.
  addEventListener('pagehide', () => {
    isLeaving = true;
    if (isAvailable.value) void api?.setPresence('away', offered(), true).catch(() => {});
  });
  addEventListener('pageshow', event => {
    isLeaving = false;
    if (event.persisted && isAvailable.value) void renew().catch(() => {});
  });
}

interface Stored { agent?: string; role?: string; token?: string }

const whoTyped = (credentials: Credentials): SignedIn => ({ agent: credentials.agent, bearer: () => credentials.token });
const whoCame = (agent: string, by: Session): SignedIn => ({ agent, bearer: () => by.bearer() });

function begin(who: SignedIn): void {
  const current = new Api(who);
  api = current;
  following?.abort();
  following = new AbortController();
  batch(() => {
    me.value = { agent: who.agent };
    signInTrouble.value = null;
    link.value = 'connecting';
  });
  startTalks(who, () => chosenId.value, hear);
  questionsStart(current);
  teamStart(current);
  void follow({
    open: signal => current.cardStream(signal),
    connected: () => { void readAgain(current); },
    receive: message => { if (api === current) receive(message.data as CardMessage); },
    alive: () => { if (api === current && link.value === 'lost') link.value = 'live'; },
    lost: error => lost(current, error),
  }, following.signal);
}

/** What is open now; then the connection counts as good. */
async function readAgain(current: Api): Promise<void> {
  const since = current.now();
  try {
    const open = await current.openCards();
    if (api !== current) return;
    batch(() => {
      queue.value = queues.reconcile(queue.value, open, me.value!.agent, since, current.now());
      link.value = 'live';
    });
    if (isAvailable.value) void renew().catch(() => {});
    for (const entry of queue.value.values()) if (isMine(entry)) void restore(entry);
  } catch {
    // The stream tells when it is lost too; until then the cards that it sends are all there is.
    if (api === current) link.value = 'live';
  }
}

/** Who goes away in a conversation stays in it: she is still here. */
const hasTalks = (): boolean => [...queue.value.values()].some(isMine);

const isMine = (entry: queues.Entry): boolean => entry.phase === 'claimed' && entry.agent === me.value?.agent;

/** A conversation of before a reload, or handed over: who holds it may ask for its card again. */
async function restore(entry: queues.Entry): Promise<void> {
  void openTalk(entry.id);
  if (entry.card !== null) return;
  try {
    const answer = await api!.claim(entry.id);
    queue.value = queues.won(queue.value, entry.id, me.value!.agent, answer.card, api!.now());
  } catch { /* it has ended: the stream says so */ }
}

/** An entry of a conversation: the visitor's words are announced by their coming, never read out. */
function hear(entry: TalkEntry): void {
  if (entry.kind === 'closed') queue.value = queues.wrapUp(queue.value, entry.offer, api?.now() ?? Date.now());
  if (entry.kind !== 'message' || entry.from === 'agent' || Date.now() - Date.parse(entry.at) > 10_000) return;
  if (entry.offer !== chosenId.value || document.visibilityState !== 'visible') {
    ring();
    notify(t('newMessage'));
    spoken.value = t('newMessage');
  }
}

function lost(current: Api, error: unknown): boolean {
  if (api !== current) return false;
  if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
    signOut('signedOutByEngine');
    return false;
  }
  link.value = 'lost';
  return true;
}

function receive(message: CardMessage): void {
  if (message.kind === 'question') return void readQuestions();
  teamChanged();
  // Somebody paused or resumed this agent: the engine says who, with the next sign of presence.
  if (message.kind === 'presence') return void (message.agent === me.value!.agent && isAvailable.value && renew().catch(() => {}));
  const before = queue.value.get(message.offer);
  const next = queues.apply(queue.value, message, me.value!.agent, api!.now());
  if (next === queue.value) return;
  queue.value = next;
  const entry = next.get(message.offer)!;
  if (isMine(entry)) void restore(entry);
  else if (before && isMine(before) && entry.phase !== 'wrapUp') {
    forgetTalk(entry.id);
    if (message.cause === 'transferred' && !dealtWith.has(entry.id)) tell(t('takenFromYou', { agent: entry.agent ?? '' }));
  }
  // Back in the queue, and its content let go when another took it: it is in the list.
  if (entry.phase === 'accepted' && entry.card === null) void readAgain(api!);
  if (entry.agent === me.value!.agent || entry.agent === null) announceCard(before, entry);
}

function announceCard(before: queues.Entry | undefined, entry: queues.Entry): void {
  if (!before && entry.phase === 'reserved') {
    const words = t('newCard', { state: t(stateKey(entry)), urgency: t(urgencyKey(entry)) });
    spoken.value = words;
    ring();
    notify(words);
  } else if (entry.phase === 'accepted' && before?.phase !== 'accepted' && !claiming.value.has(entry.id)) {
    spoken.value = t('saidYes');
    ring();
    notify(t('saidYes'));
    // Where nothing else is open, the card that waits comes to the front.
    if (chosenId.value === null || !chosen.value || queues.isPast(chosen.value)) chosenId.value = entry.id;
  }
}

const stateKeys: Record<string, Key> = {
  floundering: 'stateFloundering', purposeful: 'statePurposeful', progressing: 'stateProgressing', exploring: 'stateExploring', unknown: 'stateUnknown',
};
export const stateKey = (entry: queues.Entry): Key => stateKeys[(entry.card ?? entry.reserved)?.state ?? 'unknown'] ?? 'stateUnknown';
const urgencyKeys: Record<queues.UrgencyBand, Key> = { high: 'urgencyHigh', some: 'urgencySome', little: 'urgencyLittle' };
export const urgencyKey = (entry: queues.Entry): Key => urgencyKeys[queues.urgencyBand(queues.urgencyOf(entry))];

function lostClaim(id: string, error: unknown): void {
  const at = api?.now() ?? Date.now();
  if (!(error instanceof Refused)) return trouble(error);
  switch (error.code) {
    case 'taken':
      queue.value = queues.part(queue.value, id, 'taken', at);
      return tell(error.problem.holder ? t('partingTakenBy', { agent: error.problem.holder }) : t('partingTaken'), 'bad');
    case 'reserved': return tell(t('claimNotYet'), 'bad');
    case 'does_not_fit': return tell(t('claimDoesNotFit'), 'bad');
    case 'given_up':
      queue.value = queues.part(queue.value, id, 'unclaimed', at);
      return tell(t('partingUnclaimed'), 'bad');
    case 'not_found':
      queue.value = queues.part(queue.value, id, 'withdrawn', at);
      return tell(t('partingWithdrawn'), 'bad');
    default: return trouble(error);
  }
}

export function trouble(error: unknown): void {
  if (error instanceof Refused && error.status !== 0) tell(t('refused', { detail: error.message }), 'bad');
  else tell(t('notReached'), 'bad');
}

async function renew(): Promise<void> {
  if (!api) return;
  renewedAt = Date.now();
  const answer = await api.setPresence(isAvailable.value ? 'available' : 'away', offered());
  desk.value = answer;
}
