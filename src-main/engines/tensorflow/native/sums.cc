// Sums over everything but the channels, sums over everything but the examples, and values laid end to end.
#include <cstring>

#include "channel-sums.h"
#include "operations.h"
#include "plane.h"

namespace touchstone {
namespace {

// ---- TouchstoneChannelSums: [..., C] -> [C] -------------------------------------------------------------------------------

FOR_EACH_PROCESSOR
void sum_rows(const float* x, int64_t rows, int64_t channels, float* sums) {
  Lanes sum = {};
  for (int64_t row = 0; row < rows; row++, x += channels) sum += lanes(x);
  lanes(sums) = sum;
}

void add_rows(const float* x, int64_t rows, int64_t channels, double* totals) {
  for (int64_t start = 0; start < rows; start += kBlock, x += kBlock * channels) {
    const int64_t size = std::min(kBlock, rows - start);
    int64_t k = 0;
    for (; k + kLanes <= channels; k += kLanes) {
      float sums[kLanes];
      sum_rows(x + k, size, channels, sums);
      for (int64_t lane = 0; lane < kLanes; lane++) totals[k + lane] += sums[lane];
    }
    for (; k < channels; k++)
      for (int64_t row = 0; row < size; row++) totals[k] += x[row * channels + k];
  }
}

// Pieces of one size, whatever the number of threads, and added up in their order: the same sum on every machine of its kind.
constexpr int64_t kRowsPerPiece = 16 * kBlock;

void compute_channel_sums(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* x = call.input(0);
  if (x == nullptr || TF_NumDims(x) < 1) return call.fail("Expected values [..., C].");
  const int64_t channels = TF_Dim(x, TF_NumDims(x) - 1), values = TF_TensorElementCount(x);
  TF_Tensor* result = call.output(0, TF_FLOAT, {channels});
  if (!call.ok()) return call.fail();
  const int64_t rows = channels == 0 ? 0 : values / channels;
  const int64_t pieces = (rows + kRowsPerPiece - 1) / kRowsPerPiece;
  std::vector<double> totals((pieces + 1) * channels, 0.0);
  Threads::instance().run(pieces, values, [&](int64_t piece) {
    const int64_t first = piece * kRowsPerPiece;
    add_rows(data<float>(x) + first * channels, std::min(kRowsPerPiece, rows - first), channels,
             totals.data() + (piece + 1) * channels);
  });
  for (int64_t at = channels; at < (pieces + 1) * channels; at++) totals[at % channels] += totals[at];
  std::copy_n(totals.data(), channels, data<float>(result));
}

// ---- TouchstoneSpatialMean: [B, H, W, C] -> [B, C], and the way back ---------------------------------------------------------

void compute_spatial_mean(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* x = call.input(0);
  Images size;
  if (!read_images(x, &size)) return call.fail("Expected images [B, H, W, C].");
  TF_Tensor* means = call.output(0, TF_FLOAT, {size.batch, size.channels});
  if (!call.ok()) return call.fail();
  Threads::instance().run(size.batch, size.batch * size.image(), [&](int64_t i) {
    std::vector<double> totals(size.channels, 0.0);
    add_rows(data<float>(x) + i * size.image(), size.pixels(), size.channels, totals.data());
    for (int64_t k = 0; k < size.channels; k++)
      data<float>(means)[i * size.channels + k] = static_cast<float>(totals[k] / size.pixels());
  });
}

void compute_spatial_mean_gradient(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Plane& plane = *static_cast<Plane*>(kernel);
  TF_Tensor* x = call.input(0);
  if (x == nullptr || TF_NumDims(x) != 2) return call.fail("Expected values [B, C].");
  const Images size = {TF_Dim(x, 0), plane.height, plane.width, TF_Dim(x, 1)};
  TF_Tensor* result = call.output(0, TF_FLOAT, {size.batch, size.height, size.width, size.channels});
  if (!call.ok()) return call.fail();
  Threads::instance().run(size.batch, size.batch * size.image(), [&](int64_t i) {
    float* to = data<float>(result) + i * size.image();
    for (int64_t k = 0; k < size.channels; k++) to[k] = data<float>(x)[i * size.channels + k] / size.pixels();
    for (int64_t pixel = 1; pixel < size.pixels(); pixel++) std::copy_n(to, size.channels, to + pixel * size.channels);
  });
}

// ---- TouchstoneExampleProducts: sum of x t for each example over all pairs, [B, ...] and [B, ...] or [...] -> [B] -----------

FOR_EACH_PROCESSOR
float multiply_lanes(const float* x, const float* t, int64_t count) {
  Lanes sums[4] = {};
  for (int64_t at = 0; at < count; at += 4 * kLanes)
    for (int64_t part = 0; part < 4; part++) sums[part] += lanes(x + at + part * kLanes) * lanes(t + at + part * kLanes);
  const Lanes sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  float total = 0;
  for (int64_t lane = 0; lane < kLanes; lane++) total += sum[lane];
  return total;
}

double multiply_example(const float* x, const float* t, int64_t count) {
  constexpr int64_t kStep = 4 * kLanes, kPart = 32 * kStep;
  double total = 0;
  int64_t at = 0;
  for (; at + kStep <= count;) {
    const int64_t size = std::min(kPart, (count - at) / kStep * kStep);
    total += multiply_lanes(x + at, t + at, size);
    at += size;
  }
  for (; at < count; at++) total += double{x[at]} * t[at];
  return total;
}

struct Pair {
  const float *x, *t;
  int64_t size, step;  // values of one example, and from one example's t to the next: 0 where all share it
};

// Inputs: N tensors x, then as many t.
void compute_example_products(void*, TF_OpKernelContext* context) {
  Call call(context);
  const int count = call.input_count() / 2;
  const int64_t batch = TF_NumDims(call.input(0)) < 1 ? 0 : TF_Dim(call.input(0), 0);
  std::vector<Pair> pairs;
  int64_t values = 0;
  for (int i = 0; i < count; i++) {
    TF_Tensor *x = call.input(i), *t = call.input(count + i);
    if (TF_NumDims(x) < 1 || TF_Dim(x, 0) != batch) return call.fail("Expected values [B, ...].");
    const int64_t size = batch == 0 ? 0 : TF_TensorElementCount(x) / batch;
    const bool is_shared = !has_count(t, batch * size);
    if (is_shared && !has_count(t, size)) return call.fail("Expected as many values again, or those of one example.");
    pairs.push_back({data<float>(x), data<float>(t), size, is_shared ? 0 : size});
    values += batch * size;
  }
  TF_Tensor* result = call.output(0, TF_FLOAT, {batch});
  if (!call.ok()) return call.fail();
  Threads::instance().run(batch, values, [&](int64_t i) {
    double total = 0;
    for (const Pair& pair : pairs) total += multiply_example(pair.x + i * pair.size, pair.t + i * pair.step, pair.size);
    data<float>(result)[i] = static_cast<float>(total);
  });
}

// ---- TouchstonePack: tensors of whatever shapes -> one vector ------------------------------------------------------------------

void compute_pack(void*, TF_OpKernelContext* context) {
  Call call(context);
  std::vector<TF_Tensor*> parts(call.input_count());
  int64_t size = 0;
  for (size_t i = 0; i < parts.size(); i++) {
    parts[i] = call.input(static_cast<int>(i));
    size += TF_TensorElementCount(parts[i]);
  }
  TF_Tensor* result = call.output(0, TF_FLOAT, {size});
  if (!call.ok()) return call.fail();
  float* to = data<float>(result);
  for (TF_Tensor* part : parts) {
    const int64_t count = TF_TensorElementCount(part);
    std::memcpy(to, data<float>(part), count * sizeof(float));
    to += count;
  }
}

}  // namespace

std::vector<Operation> sum_operations() {
  return {{"TouchstoneChannelSums", {"x: float"}, {"sums: float"}, {}, nullptr, compute_channel_sums, nullptr},
          {"TouchstoneSpatialMean", {"x: float"}, {"means: float"}, {}, nullptr, compute_spatial_mean, nullptr},
          {"TouchstoneSpatialMeanGradient",
           {"x: float"},
           {"result: float"},
           {"height: int", "width: int"},
           create_plane,
           compute_spatial_mean_gradient,
           delete_plane},
          {"TouchstoneExampleProducts",
           {"x: count * float", "t: count * float"},
           {"products: float"},
           {"count: int >= 1"},
           nullptr,
           compute_example_products,
           nullptr},
          {"TouchstonePack", {"parts: count * float"}, {"packed: float"}, {"count: int >= 1"}, nullptr, compute_pack, nullptr}};
}

}  // namespace touchstone
