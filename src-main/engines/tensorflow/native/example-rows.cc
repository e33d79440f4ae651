// Rows of chosen examples, scaled: what is left of a batch when most of its weights are zero.
#include "operations.h"

namespace touchstone {
namespace {

FOR_EACH_PROCESSOR
void scale_row(const float* from, float factor, float* __restrict to, int64_t size) {
  for (int64_t k = 0; k < size; k++) to[k] = factor * from[k];
}

// Inputs: values [B, ...], rows int32 [A], factors [A]. Output: [A, ...].
void compute_example_rows(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *values = call.input(0), *rows = call.input(1), *factors = call.input(2);
  if (values == nullptr || TF_NumDims(values) < 1) return call.fail("Expected values [B, ...].");
  const int64_t count = TF_TensorElementCount(rows), batch = TF_Dim(values, 0);
  if (!has_count(factors, count)) return call.fail("Expected one factor per row.");
  const int32_t* row = data<int32_t>(rows);
  for (int64_t i = 0; i < count; i++)
    if (row[i] < 0 || row[i] >= batch) return call.fail("A row is outside of the batch.");
  std::vector<int64_t> shape = {count};
  for (int d = 1; d < TF_NumDims(values); d++) shape.push_back(TF_Dim(values, d));
  TF_Tensor* result = call.output(0, TF_FLOAT, shape);
  if (!call.ok()) return call.fail();
  const int64_t size = batch == 0 ? 0 : TF_TensorElementCount(values) / batch;
  const float *from = data<float>(values), *factor = data<float>(factors);
  float* to = data<float>(result);
  Threads::instance().run(count, count * size, [&](int64_t i) { scale_row(from + row[i] * size, factor[i], to + i * size, size); });
}

}  // namespace

std::vector<Operation> example_operations() {
  return {{"TouchstoneExampleRows",
           {"values: float", "rows: int32", "factors: float"},
           {"result: float"},
           {},
           nullptr,
           compute_example_rows,
           nullptr}};
}

}  // namespace touchstone
