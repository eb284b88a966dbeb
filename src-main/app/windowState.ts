import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';
import { MIN_HEIGHT, MIN_WIDTH } from './windowOptions.ts';

const DEFAULT_WIDTH = 1280;
const DEFAULT_HEIGHT = 840;
/** How much of the window must lie on a display for it to be found and dragged again, in pixels. */
const REACHABLE_WIDTH = 120;
const REACHABLE_HEIGHT = 40;

const pixel = z.int().min(-100_000).max(100_000);
const WindowState = z.strictObject({
  version: z.literal(1),
  x: pixel,
  y: pixel,
  width: pixel.min(1),
  height: pixel.min(1),
  maximized: z.boolean(),
  fullScreen: z.boolean(),
});
/** Where the window was; the bounds are those of the window when it is neither maximised nor full screen. */
export type WindowState = z.infer<typeof WindowState>;

/** Null when there is none yet or when it cannot be used: the window then takes its default place. */
export function readWindowState(file: string): WindowState | null {
  try {
    return WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A place on the screen is not worth a message: whatever is wrong with the file, the next close replaces it.
    return null;
  }
}

/** Replaces the file in one step. Throws what the file system throws. */
export function writeWindowState(file: string, state: WindowState): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
  renameSync(temporary, file);
}

/** Without x and y Electron centres the window. */
export interface WindowPlace {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

function fit(size: { width: number; height: number }, area: Rectangle): { width: number; height: number } {
  return {
    width: clamp(size.width, Math.min(MIN_WIDTH, area.width), area.width),
    height: clamp(size.height, Math.min(MIN_HEIGHT, area.height), area.height),
  };
}

function reachable(state: WindowState, area: Rectangle): number {
  const width = Math.min(state.x + state.width, area.x + area.width) - Math.max(state.x, area.x);
  const height = Math.min(state.y + state.height, area.y + area.height) - Math.max(state.y, area.y);
  return width >= Math.min(REACHABLE_WIDTH, state.width) && height >= REACHABLE_HEIGHT ? width * height : 0;
}

/**
 * Puts a window back where it was, as far as the displays of today allow: wholly onto the display that holds most of
 * it, or centred on the first display when it would be out of reach. `areas`: work areas in pixels, the primary first.
 */
export function placeWindow(state: WindowState | null, areas: readonly [Rectangle, ...Rectangle[]]): WindowPlace {
  const size = state ?? { width: DEFAULT_WIDTH, height: DEFAULT_HEIGHT };
  if (state === null) return fit(size, areas[0]);
  const best = areas.map((area) => ({ area, pixels: reachable(state, area) })).reduce((a, b) => (b.pixels > a.pixels ? b : a));
  if (best.pixels === 0) return fit(size, areas[0]);
  const fitted = fit(size, best.area);
  return {
    ...fitted,
    x: clamp(state.x, best.area.x, best.area.x + best.area.width - fitted.width),
    y: clamp(state.y, best.area.y, best.area.y + best.area.height - fitted.height),
  };
}
