// Max pooling and the way back through it.
#include <cstring>
#include <numeric>

#include "operations.h"

namespace touchstone {
namespace {

// ---- TouchstoneMaxPool: largest value of each window, and its flat index in the batch; ties go to the first -------------

struct Pool {
  int32_t size, stride, pad_top, pad_left, height, width;
};

void* create_pool(TF_OpKernelConstruction* construction) {
  Pool* pool = new Pool();
  TF_Status* status = TF_NewStatus();
  const std::pair<const char*, int32_t*> attributes[] = {
      {"size", &pool->size},         {"stride", &pool->stride}, {"pad_top", &pool->pad_top},
      {"pad_left", &pool->pad_left}, {"height", &pool->height}, {"width", &pool->width}};
  for (const auto& [name, value] : attributes) TF_OpKernelConstruction_GetAttrInt32(construction, name, value, status);
  TF_DeleteStatus(status);
  return pool;
}

void delete_pool(void* pool) { delete static_cast<Pool*>(pool); }

FOR_EACH_PROCESSOR
void keep_larger(const float* x, int32_t first, int64_t channels, float* largest, int32_t* position) {
  for (int64_t k = 0; k < channels; k++) {
    const bool is_larger = x[k] > largest[k];
    largest[k] = is_larger ? x[k] : largest[k];
    position[k] = is_larger ? first + static_cast<int32_t>(k) : position[k];
  }
}

void pool_image(const float* images, int64_t i, const Images& size, const Pool& pool, float* largest, int32_t* position) {
  const int64_t channels = size.channels;
  for (int32_t row = 0; row < pool.height; row++)
    for (int32_t column = 0; column < pool.width; column++, largest += channels, position += channels) {
      const int32_t top = row * pool.stride - pool.pad_top, left = column * pool.stride - pool.pad_left;
      bool is_first = true;
      for (int32_t y = std::max(0, top); y < std::min<int64_t>(size.height, top + pool.size); y++)
        for (int32_t x = std::max(0, left); x < std::min<int64_t>(size.width, left + pool.size); x++) {
          const int64_t start = ((i * size.height + y) * size.width + x) * channels;
          if (is_first) {
            std::copy_n(images + start, channels, largest);
            for (int64_t k = 0; k < channels; k++) position[k] = static_cast<int32_t>(start + k);
          } else {
            keep_larger(images + start, static_cast<int32_t>(start), channels, largest, position);
          }
          is_first = false;
        }
    }
}

void compute_max_pool(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Pool& pool = *static_cast<Pool*>(kernel);
  TF_Tensor* x = call.input(0);
  Images size;
  if (!read_images(x, &size)) return call.fail("Expected images [B, H, W, C].");
  if (TF_TensorElementCount(x) > INT32_MAX) return call.fail("Too many values for 32-bit positions.");
  const std::vector<int64_t> shape = {size.batch, pool.height, pool.width, size.channels};
  TF_Tensor *largest = call.output(0, TF_FLOAT, shape), *positions = call.output(1, TF_INT32, shape);
  if (!call.ok()) return call.fail();
  const int64_t plane = int64_t{pool.height} * pool.width * size.channels;
  Threads::instance().run(size.batch, [&](int64_t i) {
    pool_image(data<float>(x), i, size, pool, data<float>(largest) + i * plane, data<int32_t>(positions) + i * plane);
  });
}

// ---- TouchstoneScatter: adds updates [N] to zeros at indices [N] ----------------------------------------------------------

// Every thread owns a range of the result, clears it, and takes from all updates what falls into it.
void compute_scatter(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const int64_t size = *static_cast<int32_t*>(kernel);
  TF_Tensor *indices = call.input(0), *updates = call.input(1);
  const int64_t count = TF_TensorElementCount(updates);
  if (!has_count(indices, count)) return call.fail("Expected one index per update.");
  TF_Tensor* result = call.output(0, TF_FLOAT, {size});
  if (!call.ok()) return call.fail();
  float* to = data<float>(result);
  const float* from = data<float>(updates);
  const int32_t* index = data<int32_t>(indices);
  Threads& threads = Threads::instance();
  const int64_t parts = threads.count();
  std::vector<int64_t> taken(parts, 0);
  threads.run(parts, [&](int64_t part) {
    const int64_t first = size * part / parts, length = size * (part + 1) / parts - first;
    int64_t own = 0;
    std::memset(to + first, 0, length * sizeof(float));
    for (int64_t i = 0; i < count; i++) {
      const int64_t at = index[i] - first;
      if (at < 0 || at >= length) continue;
      to[first + at] += from[i];
      own += 1;
    }
    taken[part] = own;
  });
  if (std::accumulate(taken.begin(), taken.end(), int64_t{0}) != count) call.fail("An index is outside of the result.");
}

void* create_scatter(TF_OpKernelConstruction* construction) {
  int32_t* size = new int32_t(0);
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "size", size, status);
  TF_DeleteStatus(status);
  return size;
}

void delete_scatter(void* size) { delete static_cast<int32_t*>(size); }

}  // namespace

std::vector<Operation> pooling_operations() {
  return {{"TouchstoneMaxPool",
           {"x: float"},
           {"largest: float", "positions: int32"},
           {"size: int", "stride: int", "pad_top: int", "pad_left: int", "height: int", "width: int"},
           create_pool,
           compute_max_pool,
           delete_pool},
          {"TouchstoneScatter",
           {"indices: int32", "updates: float"},
           {"result: float"},
           {"size: int"},
           create_scatter,
           compute_scatter,
           delete_scatter}};
}

}  // namespace touchstone
