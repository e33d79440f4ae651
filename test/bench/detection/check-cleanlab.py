"""The check of confident-learning.ts and of the out-of-fold self-confidence: cleanlab and scikit-learn on the same vectors and labels.

Takes a folder with vectors.f32 [N, D], labels.i32 and wrong.i32 [N] and a line "N D" on standard input; prints one JSON object. Needs: pip install cleanlab scikit-learn
"""

import json
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

folder = sys.argv[1]
count, dimensions = map(int, sys.stdin.readline().split())
vectors = np.fromfile(f"{folder}/vectors.f32", np.float32).reshape(count, dimensions)
labels = np.fromfile(f"{folder}/labels.i32", np.int32)
wrong = np.fromfile(f"{folder}/wrong.i32", np.int32)
suspects = wrong >= 0
deviation = vectors.std(0)
vectors = (vectors - vectors.mean(0)) / np.where(deviation > 0, deviation, 1)
model = LogisticRegression(C=0.01, max_iter=1000, tol=1e-2)
# Shuffled: the files come sorted by one set of human labels, and folds that follow the order (cv=5) would learn from it.
folds = StratifiedKFold(5, shuffle=True, random_state=1)
probabilities = cross_val_predict(model, vectors, labels, cv=folds, method="predict_proba")
own = probabilities[np.arange(count), labels]
flagged = find_label_issues(labels, probabilities, n_jobs=1)
print(
    json.dumps(
        {
            "self-confidence": roc_auc_score(wrong[suspects], 1 - own[suspects]),
            "confident learning": roc_auc_score(wrong[suspects], (flagged + 1 - own)[suspects]),
        }
    )
)
