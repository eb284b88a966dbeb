"""Makes minilmReference.json: raw onnxruntime and tokenizers, one text at a time, one thread.

  minilmReference.py MODEL.onnx TOKENIZER.json TEXTS.json > minilmReference.json

TEXTS.json holds [{"text", "repeat"?}]: a text may be written once and repeated. The first 24 of 384 numbers of each vector are kept.
"""

import json
import os
import sys

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import onnxruntime
import tokenizers

model, tokenizer_path, texts_path = sys.argv[1:4]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
tokenizer.no_padding()
tokenizer.enable_truncation(256)
with open(texts_path, encoding="utf-8") as file:
    texts = json.load(file)

rows = []
for item in texts:
    encoded = tokenizer.encode(item["text"] * item.get("repeat", 1))
    feeds = {"input_ids": encoded.ids, "attention_mask": encoded.attention_mask, "token_type_ids": encoded.type_ids}
    hidden = session.run(None, {name: np.array([values], dtype=np.int64) for name, values in feeds.items()})[0][0]
    mean = hidden.mean(axis=0)
    vector = mean / np.linalg.norm(mean)
    rows.append({**item, "tokens": len(encoded.ids), "vector": [round(float(value), 5) for value in vector[:24]]})
source = f"onnxruntime {onnxruntime.__version__} and tokenizers {tokenizers.__version__} in Python, made by minilmReference.py: mean of last_hidden_state over all tokens, divided by its length; all-MiniLM-L6-v2 int8, first 24 of 384 numbers"
json.dump({"source": source, "rows": rows}, sys.stdout, ensure_ascii=False, indent=1)
print()
