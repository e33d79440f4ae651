"""Images to a ranking the cleanlab way: embed with the same backbone, out-of-fold logistic regression, confident learning, self-confidence.

Arguments: folder of class folders, ONNX model, image size. Prints one JSON object with the seconds of each part and the number of images.
Needs: pip install cleanlab scikit-learn onnxruntime pillow
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from cleanlab.filter import find_label_issues
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

folder, model, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
started = time.monotonic()
files = sorted(file for file in folder.glob("*/*") if file.suffix.lower() in {".png", ".jpg", ".jpeg"})
names = sorted({file.parent.name for file in files})
labels = np.array([names.index(file.parent.name) for file in files])


def read(file):
    pixels = Image.open(file).convert("RGB").resize((size, size), Image.BICUBIC)
    return np.asarray(pixels, np.float32).transpose(2, 0, 1) / 127.5 - 1


session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
parts = []
with ThreadPoolExecutor(2) as pool:
    for start in range(0, len(files), 32):
        batch = np.stack(list(pool.map(read, files[start : start + 32])))
        parts.append(session.run(None, {session.get_inputs()[0].name: batch})[0])
vectors = np.concatenate(parts)
embedded = time.monotonic()
classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000, tol=1e-2))
probabilities = cross_val_predict(classifier, vectors, labels, cv=5, method="predict_proba")
issues = find_label_issues(labels, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1)
ranked = time.monotonic()
print(json.dumps({"images": len(files), "issues": len(issues), "embedding": embedded - started, "ranking": ranked - embedded}))
