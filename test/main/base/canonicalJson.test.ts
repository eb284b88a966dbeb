import { expect, it } from 'vitest';
import { canonicalJson, digestOf, sha256 } from '../../../src-main/base/canonicalJson.ts';

it('orders members by UTF-16 code units and writes numbers and strings as RFC 8785 does', () => {
  const value = { '\u20ac': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '\ud83d\ude00': 'Smiley', '\u0080': 'Control', '\u00f6': 'o' };
  expect(canonicalJson(value)).toBe('{"\\r":"CR","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro","\ud83d\ude00":"Smiley","\ufb33":"Dalet"}');
  expect(canonicalJson([Number('333333333.33333329'), 1e30, 4.5, 0.002, 1e-27, -0, 1e21, 123456789012345680000])).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,123456789012345680000]');
  expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/')).toBe('"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  expect(canonicalJson({ b: [true, null, {}], a: undefined, c: [] })).toBe('{"b":[true,null,{}],"c":[]}');
});

it('is the same for equal values however they were built', () => {
  expect(canonicalJson({ a: 1, b: { d: 1, c: 2 } })).toBe(canonicalJson({ b: { c: 2, d: 1 }, a: 1 }));
  expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
});

it('refuses what JSON cannot hold instead of changing it', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = { circle };
  for (const value of [Number.NaN, Infinity, -Infinity, 1n, () => 1, Symbol('s'), '\ud800', { '\udc00': 1 }, [undefined], circle]) {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  }
});

it('allows the same object twice side by side', () => {
  const shared = { x: 1 };
  expect(canonicalJson([shared, shared])).toBe('[{"x":1},{"x":1}]');
});

it('hashes text as UTF-8, and values by their canonical form', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256('\u00fc')).toBe(sha256(Buffer.from([0xc3, 0xbc])));
  expect(digestOf({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
});
