import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../../src-renderer/lib/describeProgress.ts';
import { formatBytes } from '../../../src-renderer/lib/formatBytes.ts';
import { formatThings } from '../../../src-renderer/lib/formatCount.ts';
import { formatDuration, formatLeft } from '../../../src-renderer/lib/formatDuration.ts';
import { formatRelative } from '../../../src-renderer/lib/formatTime.ts';

describe('figures in words', () => {
  it('gives bytes two or three significant figures in decimal units', () => {
    expect([0, 999, 1000, 12_345, 999_500, 1_234_567, 9_960_000_000, 5e15].map(formatBytes)).toEqual(['0 B', '999 B', '1.0 kB', '12 kB', '1.0 MB', '1.2 MB', '10 GB', '5000 TB']);
  });

  it('names durations in the largest unit that says enough', () => {
    expect([0, 340, 4200, 12_000, 59_700, 180_000, 3_600_000, 7_500_000].map(formatDuration)).toEqual(['0 ms', '340 ms', '4.2 s', '12 s', '1 min', '3 min', '1 h', '2 h 5 min']);
  });

  it('never claims false precision for time left', () => {
    expect([1200, 16_400, 90_000].map(formatLeft)).toEqual(['a few seconds left', '20 s left', '2 min left']);
  });

  it('counts one thing and many things', () => {
    expect([formatThings(1, 'document'), formatThings(1539, 'document'), formatThings(2, 'process', 'processes')]).toEqual(['1 document', '1,539 documents', '2 processes']);
  });

  it('tells recent times relatively and older ones by date', () => {
    const now = new Date(2026, 10, 24, 15, 0).getTime();
    const ago = (minutes: number): string => formatRelative(now - minutes * 60_000, now);
    expect([ago(0), ago(5), ago(120), ago(60 * 24 * 2)]).toEqual(['just now', '5 min ago', 'today 13:00', '22 Nov 15:00']);
    expect(formatRelative(new Date(2024, 0, 3).getTime(), now)).toBe('3 Jan 2024');
  });

  it('says amount, speed and time left, and nothing that is not known', () => {
    expect(describeProgress({ done: 40e6, total: 98e6, unit: 'bytes', rate: 8.1e6, leftMs: 7000 })).toEqual({ fraction: 40 / 98, amount: '40 MB / 98 MB', speed: '8.1 MB/s', left: '10 s left' });
    expect(describeProgress({ done: 3, total: null, unit: 'files', rate: null, leftMs: null })).toEqual({ fraction: null, amount: '3 files', speed: '', left: '' });
    expect(describeProgress({ done: 0, total: 0, unit: 'files', rate: 0, leftMs: null })).toEqual({ fraction: null, amount: '0 / 0 files', speed: '', left: '' });
  });
});
