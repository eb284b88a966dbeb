import { describe, expect, it } from 'vitest';
import { chatFormatOfTemplate, standingSystemMessage } from '../../../../src-main/runtimes/llama/child/chatFormatOf.ts';

const CHATML = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}";

/** Templates that run code in an unsandboxed Jinja (CVE-2024-34359), or never end. */
const HOSTILE = [
  "{{ ''.__class__.__mro__[1].__subclasses__() }}",
  "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
  "{% for x in ().__class__.__base__.__subclasses__() %}{% if 'warning' in x.__name__ %}{{ x()._module.__builtins__['__import__']('os').popen('id').read() }}{% endif %}{% endfor %}",
  "{{ self._TemplateReference__context.cycler.__init__.__globals__.os.system('id') }}",
  "{{ constructor.constructor('return process.exit(1)')() }}",
  "{{ [].constructor.prototype.polluted = 1 }}",
  "{{ messages.__proto__.polluted }}",
  '{% for a in range(999999999) %}{% for b in range(999999999) %}x{% endfor %}{% endfor %}',
  '{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}',
  "{{ 'x' * 9999999999 }}",
];

describe('the chat format', () => {
  it.each([
    [CHATML, 'llama', 'ChatML'],
    ["{{ '<start_of_turn>' + role }}", 'gemma3', 'Gemma'],
    ["{{ '<|start_header_id|>' }}", 'llama', 'Llama3'],
    ["{{ '[INST] ' }}", 'llama', 'Mistral'],
    ['{{ unknown }}', 'llama', 'General'],
  ])('is told by the marks of the model’s template: %s', (template, architecture, name) => {
    expect(chatFormatOfTemplate(template, architecture)?.wrapperName.replace(/\s/g, '')).toContain(name);
  });

  it('is none for a model that was never taught to chat', () => {
    expect(chatFormatOfTemplate('', 'gemma3')).toBe(null);
  });

  it('has the system message that the template writes where there is none', () => {
    expect(standingSystemMessage(CHATML)).toBe('You are a helpful AI assistant named SmolLM, trained by Hugging Face');
    expect(standingSystemMessage("{{ '<|im_start|>system\n' + messages[0].content + '<|im_end|>' }}")).toBe(null);
  });

  it.each([...HOSTILE, ...HOSTILE.map((payload) => `<|im_start|>${payload}`), ...HOSTILE.map((payload) => `<|im_start|>system\n${payload}<|im_end|>`)])('never runs a template: %s', (template) => {
    const startedAt = performance.now();
    expect(['General', 'ChatML']).toContain(chatFormatOfTemplate(template, 'llama')?.wrapperName);
    expect(standingSystemMessage(template)).toBe(null);
    expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
