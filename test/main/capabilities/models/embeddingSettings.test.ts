import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEmbeddingSettings } from '../../../../src-main/capabilities/models/embeddingSettings.ts';
import { inspectFile } from '../../../../src-main/capabilities/models/inspectFile.ts';
import { findOnnx, onnxFolder } from '../../../../src-main/capabilities/models/onnxFolder.ts';
import { readUsage, usageLine } from '../../../../src-main/capabilities/models/usageFacts.ts';
import { embedderGraph, rerankerGraph, writeTransformer } from '../../../helpers/standInTransformer.ts';
import { temporaryFolder } from '../../../helpers/temporaryFolder.ts';

function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return folder;
}

const BGE = 'Represent this sentence for searching relevant passages: ';
const E5_INSTRUCTION = 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ';

describe('the settings of an embedder', () => {
  it.each([
    ['bge-small-en-v1.5', { family: 'BGE', pooling: 'cls', queryPrefix: BGE, documentPrefix: '', maxTokens: 512 }],
    ['e5-small-v2', { family: 'E5', pooling: 'mean', queryPrefix: 'query: ', documentPrefix: 'passage: ', maxTokens: 512 }],
    ['multilingual-e5-small', { family: 'E5', pooling: 'mean', queryPrefix: 'query: ', documentPrefix: 'passage: ', maxTokens: 512 }],
    ['multilingual-e5-large-instruct', { family: 'E5 instruct', pooling: 'mean', queryPrefix: E5_INSTRUCTION, documentPrefix: '', maxTokens: 512 }],
    ['e5-mistral-7b-instruct', { family: 'E5 Mistral', pooling: 'last', queryPrefix: E5_INSTRUCTION, documentPrefix: '', maxTokens: 4096 }],
    ['snowflake-arctic-embed-m-v1.5', { family: 'Arctic Embed', pooling: 'cls', queryPrefix: BGE, documentPrefix: '', maxTokens: 512 }],
    ['snowflake-arctic-embed-m-long', { family: 'Arctic Embed', pooling: 'cls', queryPrefix: BGE, documentPrefix: '', maxTokens: 2048 }],
    ['snowflake-arctic-embed-l-v2.0', { family: 'Arctic Embed 2', pooling: 'cls', queryPrefix: 'query: ', documentPrefix: '', maxTokens: 8192 }],
    ['nomic-embed-text-v1.5', { family: 'Nomic Embed', pooling: 'mean', queryPrefix: 'search_query: ', documentPrefix: 'search_document: ', maxTokens: 2048 }],
    ['nomic-embed-text-v2-moe', { family: 'Nomic Embed 2', pooling: 'mean', queryPrefix: 'search_query: ', documentPrefix: 'search_document: ', maxTokens: 512 }],
    ['all-minilm-l6-v2', { family: 'MiniLM', pooling: 'mean', queryPrefix: '', documentPrefix: '', maxTokens: 256 }],
    ['all-mpnet-base-v2', { family: 'MPNet', pooling: 'mean', queryPrefix: '', documentPrefix: '', maxTokens: 384 }],
  ])('are those of the family when only the name %s tells it', async (name, wanted) => {
    expect(await readEmbeddingSettings({ folder: temporaryFolder(), name, dimensions: 384 })).toMatchObject({ ...wanted, normalise: true, dimensions: 384, note: null });
  });

  it('are read from the files of the SentenceTransformers library before the family is asked', async () => {
    const folder = folderWith({
      'modules.json': [
        { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
        { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
        { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
      ],
      '1_Pooling/config.json': { word_embedding_dimension: 768, pooling_mode_cls_token: false, pooling_mode_mean_tokens: false, pooling_mode_lasttoken: true },
      'sentence_bert_config.json': { max_seq_length: 300, do_lower_case: false },
      'config_sentence_transformers.json': { prompts: { query: 'ask: ', document: 'text: ' }, default_prompt_name: null },
      'config.json': { model_type: 'bert', hidden_size: 768, max_position_embeddings: 512 },
    });
    expect(await readEmbeddingSettings({ folder, name: 'bge-small-en', dimensions: null })).toMatchObject({ pooling: 'last', maxTokens: 300, queryPrefix: 'ask: ', documentPrefix: 'text: ', dimensions: 768, note: null });
  });

  it('never allow more tokens than the model has positions', async () => {
    const folder = folderWith({ 'config.json': { model_type: 'xlm-roberta', hidden_size: 384, max_position_embeddings: 514 }, 'tokenizer_config.json': { model_max_length: 1e30 } });
    expect((await readEmbeddingSettings({ folder, name: 'multilingual-e5-small', dimensions: null })).maxTokens).toBe(512);
  });

  it('are mean pooling with a note where nothing tells more', async () => {
    expect(await readEmbeddingSettings({ folder: temporaryFolder(), name: 'mine', dimensions: 8 })).toMatchObject({ pooling: 'mean', queryPrefix: '', note: expect.stringContaining('mean') as string });
  });

  it('are refused with words when a dense layer, another pooling, a broken file or no dimension stands there', async () => {
    const read = (files: Readonly<Record<string, unknown>>, dimensions: number | null = 8): Promise<unknown> => readEmbeddingSettings({ folder: folderWith(files), name: 'mine', dimensions });
    await expect(read({ 'modules.json': [{ type: 'sentence_transformers.models.Dense', path: '2_Dense' }] })).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(read({ '1_Pooling/config.json': { pooling_mode_max_tokens: true } })).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(read({ 'modules.json': [{ type: 'x.Pooling', path: '../elsewhere' }] })).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    await expect(read({ 'config.json': [] })).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    await expect(read({}, null)).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });
});

describe('the folder of a transformer', () => {
  it('is told with its graph in onnx/ and its tokenizer above it, in one line', async () => {
    const folder = writeTransformer(join(temporaryFolder(), 'e5-tiny'), embedderGraph(), { weights: 'onnx/model.onnx' });
    const weightsPath = await findOnnx(folder);
    expect(await onnxFolder(weightsPath)).toBe(folder);
    const usage = await readUsage({ task: 'embedding', name: 'e5-tiny', weightsPath });
    expect(usageLine(usage)).toBe('E5: 4 dimensions, mean of tokens, at most 512 tokens, questions begin with "query:", documents begin with "passage:"');
  });

  it('holds a reranker when it gives one or two logits, and is refused with more', async () => {
    const write = (labels: number, config: unknown): string => join(writeTransformer(temporaryFolder(), rerankerGraph(labels), { files: { 'config.json': config } }), 'model.onnx');
    const classifier = { architectures: ['BertForSequenceClassification'], max_position_embeddings: 512 };
    const weightsPath = write(1, classifier);
    expect(await inspectFile(weightsPath)).toMatchObject({ task: 'reranker' });
    expect(usageLine(await readUsage({ task: 'reranker', name: 'x', weightsPath }))).toBe('scores pairs of at most 512 tokens');
    expect(await inspectFile(write(2, classifier))).toMatchObject({ task: 'reranker' });
    await expect(inspectFile(write(3, classifier))).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
    await expect(inspectFile(write(1, { architectures: ['BertForTokenClassification'] }))).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });

  it('is refused when its config.json is that of another model', async () => {
    const folder = writeTransformer(temporaryFolder(), embedderGraph(), { files: { 'config.json': { hidden_size: 384 } } });
    await expect(inspectFile(join(folder, 'model.onnx'))).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining('384') as string });
  });
});
