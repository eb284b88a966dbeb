import type { BridgeAnswer, DesktopBridge } from '#contract/desktopBridge.ts';

declare global {
  interface Window {
    /** Put there by the preload script of the desktop product; a browser has none. */
    readonly lathe?: DesktopBridge;
  }
}

/** What only a desktop can do; null in a browser, where each item has a stand-in. */
export function desktopBridge(): DesktopBridge | null {
  return window.lathe ?? null;
}

/** The value of an answer of the bridge; throws its error, with code and hint. */
export function unwrap<Value>(answer: BridgeAnswer<Value>): Value {
  if (answer.ok) return answer.value;
  throw Object.assign(new Error(answer.error.message), { code: answer.error.code, hint: answer.error.hint });
}
