import { createStore, type StoreApi } from 'zustand/vanilla';

/** Text of answers still being written, by answer id. Fed by `answer.text` events; an answer that ends leaves it. */
export interface AnswerTexts {
  readonly store: StoreApi<Readonly<Record<string, string>>>;
  /** `at` is the length before the increment: a gap or an overlap is mended, never guessed. */
  append(answerId: string, at: number, text: string): 'applied' | 'gap';
  end(answerId: string): void;
}

export function createAnswerTexts(): AnswerTexts {
  const store = createStore<Readonly<Record<string, string>>>(() => ({}));
  return {
    store,
    append(answerId, at, text) {
      const current = store.getState()[answerId] ?? '';
      if (at > current.length) return 'gap';
      store.setState({ [answerId]: current.slice(0, at) + text });
      return 'applied';
    },
    end(answerId) {
      store.setState(Object.fromEntries(Object.entries(store.getState()).filter(([id]) => id !== answerId)), true);
    },
  };
}
