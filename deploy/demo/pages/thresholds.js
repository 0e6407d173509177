// Thresholds by stated costs. All figures come from the engine; this page only asks and draws.
import { announce, byId, el, quoted, show } from './dom.js';

const fields = [
  { name: 'agentMinute', label: 'A minute of an agent', min: 0, max: 5, step: 0.05, value: 0.8 },
  { name: 'interruption', label: 'Interrupting somebody who needed nothing', min: 0, max: 10, step: 0.1, value: 0.5 },
  { name: 'lostVisitor', label: 'Losing a visitor who needed a person', min: 0, max: 200, step: 1, value: 20 },
  { name: 'minutes', label: 'Minutes of a conversation', min: 1, max: 60, step: 1, value: 6 },
  { name: 'sessionsAnHour', label: 'Sessions an hour', min: 10, max: 20000, step: 10, value: 1000 },
  { name: 'accepted', label: 'Share of offers taken', min: 0.05, max: 1, step: 0.05, value: 1 },
  { name: 'needing', label: 'Share of sessions that need a person', min: 0, max: 0.6, step: 0.01, value: 0, zero: 'as evaluated' },
];
const waitMs = 120;
const values = Object.fromEntries(fields.map(field => [field.name, field.value]));
let asked = 0;
let timer = 0;

// The demonstration's own published key, refused anywhere but on this machine.
byId('key').value = 'demo-api-key';

const number = value => value.toLocaleString('en-IE', { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 });
const percent = value => `${(100 * value).toLocaleString('en-IE', { maximumFractionDigits: 1 })} %`;

function field(spec) {
  const said = el('output', { for: spec.name });
  const tell = () => { said.textContent = spec.zero && values[spec.name] === 0 ? spec.zero : spec.max <= 1 ? percent(values[spec.name]) : number(values[spec.name]); };
  const input = el('input', {
    type: 'range', id: spec.name, min: spec.min, max: spec.max, step: spec.step, value: spec.value,
    oninput: () => { values[spec.name] = Number(input.value); tell(); later(); },
  });
  tell();
  return el('div', { class: 'field' }, el('label', { for: spec.name }, el('span', {}, spec.label), said), input);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, waitMs);
}

async function ask() {
  const mine = ++asked;
  const query = new URLSearchParams(Object.entries(values).filter(([name, value]) => name !== 'needing' || value > 0));
  let answer;
  try {
    const response = await fetch(`/v1/models/operating-points?${query}`, { cache: 'no-store', headers: { Authorization: `Bearer ${byId('key').value}` } });
    answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? answer.title ?? `HTTP ${response.status}`);
  } catch (error) {
    if (mine === asked) problem(`The engine gave no figures: ${error.message}`);
    return;
  }
  // An answer that a later question has overtaken is not drawn.
  if (mine !== asked) return;
  const unreadable = answer.unreadable.map(file => `${file.file}: ${file.cause}`);
  problem(answer.models.length === 0 ? 'No model has an evaluation with an operating table beside it.' : unreadable.join('; '));
  show(byId('models'), answer.models.map(card));
  announce(answer.models.map(model => `${model.state}: ${number(model.best.threshold)}`).join(', '));
}

function problem(sentence) {
  byId('problem').hidden = sentence === '';
  byId('problem').textContent = sentence;
}

function card(model) {
  return el('section', { class: 'model' },
    el('h2', {}, quoted(model.state), ' ', el('span', { class: 'tag' }, model.inUse ? 'decides here' : 'not in use here')),
    el('p', { class: 'about' }, quoted(model.model), `: ${model.measuredOn}. ${number(model.needingSessions)} sessions with the outcome (${model.outcome}), `,
      `${number(model.otherSessions)} without; taken as ${percent(model.needingShare)} of your sessions${values.needing > 0 ? '' : ', as in the evaluation: say your own share where you know it'}.`),
    model.nothingIsBetter && el('p', { class: 'warn' }, 'At these costs offering nobody anything costs no more than any threshold: keep the mode at observe.'),
    el('p', { class: 'best' }, el('b', {}, number(model.best.threshold)), el('span', {}, 'is the threshold of least expected cost')),
    table(model), curve(model), config(model));
}

function table({ best, now, thresholdNow, costOfNonePerHour }) {
  const cell = (estimate, say, chosen) => el('td', chosen ? { class: 'chosen' } : {}, say(estimate.value), el('small', {}, `${say(estimate.low)} to ${say(estimate.high)}`));
  const row = (name, pick, say, none) => el('tr', {}, el('th', { scope: 'row' }, name), cell(pick(best), say, true), cell(pick(now), say), el('td', {}, none));
  const head = text => el('th', { scope: 'col' }, text);
  return el('div', { class: 'scroll' }, el('table', {},
    el('thead', {}, el('tr', {}, head('in an hour'), head(`at ${number(best.threshold)}`), head(`now, at ${number(thresholdNow)}`), head('no offers'))),
    el('tbody', {},
      row('offers', point => point.offersPerHour, number, '0'),
      row('precision', point => point.precision, percent, '–'),
      row('of those in need, reached', point => point.reached, percent, percent(0)),
      row('agent hours', point => point.agentHours, number, '0'),
      row('cost', point => point.costPerHour, number, number(costOfNonePerHour)))));
}

function shape(tag, props = {}, text) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function curve({ points, best, thresholdNow, costOfNonePerHour }) {
  const [width, height, left, right, top, bottom] = [640, 230, 56, 12, 26, 34];
  // Thresholds that nearly everybody reaches can cost many times the rest and would flatten it.
  const least = Math.min(...points.map(point => point.costPerHour.value), costOfNonePerHour);
  const most = Math.max(Math.min(Math.max(...points.map(point => point.costPerHour.high)), 2.5 * Math.max(costOfNonePerHour, least, 1e-9)), costOfNonePerHour * 1.1, 1e-9);
  const x = threshold => left + (width - left - right) * threshold;
  const y = cost => height - bottom - (height - top - bottom) * Math.min(1, cost / most);
  const at = pick => points.map(point => `${x(point.threshold).toFixed(1)},${y(pick(point)).toFixed(1)}`);
  const picture = shape('svg', { class: 'curve', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Expected cost of an hour by threshold' });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    picture.append(shape('line', { class: 'grid', x1: left, x2: width - right, y1: y(most * share), y2: y(most * share) }),
      shape('text', { x: left - 8, y: y(most * share) + 4, 'text-anchor': 'end' }, number(most * share)),
      shape('text', { x: x(share), y: height - bottom + 18, 'text-anchor': 'middle' }, number(share)));
  }
  picture.append(
    shape('polygon', { class: 'band', points: [...at(point => point.costPerHour.high), ...at(point => point.costPerHour.low).toReversed()].join(' ') }),
    shape('line', { class: 'none', x1: left, x2: width - right, y1: y(costOfNonePerHour), y2: y(costOfNonePerHour) }),
    shape('polyline', { class: 'line', points: at(point => point.costPerHour.value).join(' ') }));
  const isNear = Math.abs(best.threshold - thresholdNow) < 0.12;
  for (const [threshold, kind, text, line] of [[thresholdNow, 'now', 'now', isNear ? top - 2 : top - 14], [best.threshold, 'best', 'least cost', top - 14]]) {
    picture.append(shape('line', { class: `at-${kind}`, x1: x(threshold), x2: x(threshold), y1: top, y2: height - bottom }),
      shape('text', { class: `${kind}-text`, x: x(threshold), y: line, 'text-anchor': threshold > 0.9 ? 'end' : threshold < 0.1 ? 'start' : 'middle' }, text));
  }
  picture.append(shape('text', { x: width - right, y: y(costOfNonePerHour) - 5, 'text-anchor': 'end' }, 'no offers'),
    shape('text', { x: (left + width - right) / 2, y: height - 2, 'text-anchor': 'middle' }, 'threshold (cost of an hour above, with 95 % interval)'));
  return picture;
}

function config(model) {
  const line = el('code', {}, model.config);
  const copied = el('span', { class: 'copied', role: 'status' });
  const copy = el('button', { type: 'button', class: 'quiet', onclick: async () => {
    // Only a secure page has a clipboard, and a browser may refuse it: then the words are selected instead.
    try {
      await navigator.clipboard.writeText(model.config);
      copied.textContent = 'Copied.';
    } catch {
      getSelection().selectAllChildren(line);
      copied.textContent = 'Selected: copy it with your keyboard.';
    }
  } }, 'Copy');
  return el('p', { class: 'config' }, 'In the site’s file:', line, copy, copied);
}

show(byId('fields'), fields.map(field));
byId('key').addEventListener('change', ask);
byId('costs').addEventListener('submit', event => event.preventDefault());
ask();
