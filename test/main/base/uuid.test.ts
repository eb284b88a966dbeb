import { expect, it } from 'vitest';
import { z } from 'zod';
import { uuidv7 } from '../../../src-main/base/uuid.ts';

it('makes valid, different UUIDs of version 7 that sort in the order they were made', () => {
  const ids = Array.from({ length: 20_000 }, () => uuidv7());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids.slice(0, 50)) expect(z.uuidv7().safeParse(id).success).toBe(true);
});

it('carries the time, and stays in order when the clock steps back', () => {
  const later = Date.UTC(2040, 0, 1);
  const first = uuidv7(later);
  expect(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16)).toBe(later);
  const second = uuidv7(later - 86_400_000);
  expect(second > first).toBe(true);
});
