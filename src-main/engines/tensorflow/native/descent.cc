// Stochastic gradient descent of all parameters in one operation; core/reweight/sgd.ts has the formula.
#include "operations.h"

namespace touchstone {
namespace {

FOR_EACH_PROCESSOR
void descend(const float* p, const float* g, const float* m, float rate, float momentum, float decay, float* moved,
             float* momenta, int64_t count) {
  for (int64_t k = 0; k < count; k++) {
    const float pull = momentum * m[k] + (g[k] + decay * p[k]);
    momenta[k] = pull;
    moved[k] = p[k] - rate * pull;
  }
}

// Inputs: settings [2 + N] (rate, momentum, the decay of each parameter), N parameters, N gradients, N momenta. Outputs: N parameters, N momenta.
void compute_descent(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = (call.input_count() - 1) / 3;
  TF_Tensor* settings = call.input(0);
  if (!has_count(settings, 2 + count)) return call.fail("Expected a rate, a momentum, and one decay per parameter.");
  const float* values = data<float>(settings);
  for (int i = 0; i < count; i++) {
    TF_Tensor *p = call.input(1 + i), *g = call.input(1 + count + i), *m = call.input(1 + 2 * count + i);
    const int64_t size = TF_TensorElementCount(p);
    if (!has_count(g, size) || !has_count(m, size)) return call.fail("A gradient or a momentum is not of its parameter's size.");
    std::vector<int64_t> shape(TF_NumDims(p));
    for (size_t d = 0; d < shape.size(); d++) shape[d] = TF_Dim(p, static_cast<int>(d));
    TF_Tensor *moved = call.output(i, TF_FLOAT, shape), *momenta = call.output(count + i, TF_FLOAT, shape);
    if (!call.ok()) return call.fail();
    descend(data<float>(p), data<float>(g), data<float>(m), values[0], values[1], values[2 + i], data<float>(moved),
            data<float>(momenta), size);
  }
}

}  // namespace

std::vector<Operation> descent_operations() {
  return {{"TouchstoneDescent",
           {"settings: float", "parameters: count * float", "gradients: count * float", "momenta: count * float"},
           {"moved: count * float", "pulls: count * float"},
           {"count: int >= 1"},
           nullptr,
           compute_descent,
           nullptr}};
}

}  // namespace touchstone
