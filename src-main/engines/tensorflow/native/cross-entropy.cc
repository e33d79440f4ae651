// Gradient of the softmax cross-entropy by the logits, in double precision: p - y of an example that is learned well is a small difference.
#include <algorithm>
#include <cmath>

#include "operations.h"

namespace touchstone {
namespace {

// p - y [K] of one example; `p` is room for K numbers.
void subtract_targets(const float* logits, const float* targets, int64_t classes, double* p, float* result) {
  const double largest = *std::max_element(logits, logits + classes);
  double sum = 0;
  for (int64_t k = 0; k < classes; k++) sum += p[k] = std::exp(logits[k] - largest);
  for (int64_t k = 0; k < classes; k++) result[k] = static_cast<float>(p[k] / sum - targets[k]);
}

void compute_cross_entropy_gradient(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *logits = call.input(0), *targets = call.input(1);
  if (logits == nullptr || TF_NumDims(logits) != 2 || !has_count(targets, TF_TensorElementCount(logits)))
    return call.fail("Expected logits and targets [B, K].");
  const int64_t batch = TF_Dim(logits, 0), classes = TF_Dim(logits, 1);
  TF_Tensor* result = call.output(0, TF_FLOAT, {batch, classes});
  if (!call.ok()) return call.fail();
  if (classes == 0) return;
  std::vector<double> p(classes);
  for (int64_t at = 0; at < batch * classes; at += classes)
    subtract_targets(data<float>(logits) + at, data<float>(targets) + at, classes, p.data(), data<float>(result) + at);
}

}  // namespace

std::vector<Operation> cross_entropy_operations() {
  return {{"TouchstoneCrossEntropyGradient",
           {"logits: float", "targets: float"},
           {"gradient: float"},
           {},
           nullptr,
           compute_cross_entropy_gradient,
           nullptr}};
}

}  // namespace touchstone
