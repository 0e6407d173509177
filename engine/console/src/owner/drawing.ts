// Bars by hour on a canvas, by uPlot. Colours are the page's own, read again when the reader turns to light or dark.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { axisTop, hourMs, stacked } from './figures.ts';

export interface Hours {
  /** Begins, ms; one an hour. */
  starts: number[];
  /** Of each series, from the bottom; one value an hour. */
  values: number[][];
  tones: { tone: string; isFaint: boolean }[];
  language: string;
}

export interface HoursDrawing {
  draw(hours: Hours): void;
  remove(): void;
}

const heightPx = 220;

/** @param point Told which hour is pointed at; null for none. */
export function drawHours(place: HTMLElement, point: (hour: number | null) => void): HoursDrawing {
  let plot: uPlot | null = null;
  let last: Hours | null = null;
  let drawnAs = '';

  const draw = (hours: Hours): void => {
    last = hours;
    const as = JSON.stringify([hours.tones, hours.language, hours.starts[0]]);
    if (plot && as === drawnAs) {
      plot.setData(dataOf(hours));
      return;
    }
    plot?.destroy();
    plot = new uPlot(optionsOf(place, hours, point), dataOf(hours), place);
    drawnAs = as;
  };
  const again = (): void => {
    drawnAs = '';
    if (last) draw(last);
  };

  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', again);
  const sized = new ResizeObserver(() => { if (plot && place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height: heightPx }); });
  sized.observe(place);
  return {
    draw,
    remove() {
      dark.removeEventListener('change', again);
      sized.disconnect();
      plot?.destroy();
    },
  };
}

/** The tallest stack first, so that each lower one is drawn over it. Bars stand in the middle of their hours; nought is no bar. */
function dataOf(hours: Hours): uPlot.AlignedData {
  return [hours.starts.map(at => (at + hourMs / 2) / 1000), ...stacked(hours.values).map(tops => tops.map(top => top || null)).reverse()];
}

function optionsOf(place: HTMLElement, hours: Hours, point: (hour: number | null) => void): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: colour('--soft'), font, ticks: { show: false } };
  const time = new Intl.DateTimeFormat(hours.language, { hour: 'numeric' });
  const isNarrow = place.clientWidth < 480;
  return {
    width: Math.max(1, place.clientWidth),
    height: heightPx,
    padding: [12, 24, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: {
      x: { time: true, range: () => [hours.starts[0]! / 1000, (hours.starts.at(-1)! + hourMs) / 1000] },
      y: { range: (_, __, most) => [0, axisTop(most ?? 0)] },
    },
    axes: [
      { ...axis, size: 30, grid: { show: false }, space: isNarrow ? 50 : 56, incrs: [3600, 7200, 10_800, 21_600, 43_200], values: (_, splits) => splits.map(at => time.format(at * 1000)) },
      { ...axis, size: 44, grid: { stroke: colour('--line'), width: 1 }, space: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000], values: (_, splits) => splits.map(value => value.toLocaleString(hours.language)) },
    ],
    series: [
      {},
      ...hours.tones.map(({ tone, isFaint }) => ({
        label: tone,
        stroke: colour(`--tone-${tone}`),
        fill: isFaint ? `${colour(`--tone-${tone}`)}55` : colour(`--tone-${tone}`),
        width: 1,
        points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.7, 36], radius: 0 }),
      })).reverse(),
    ],
    hooks: { setCursor: [self => point(self.cursor.idx ?? null)] },
  };
}
