// Max pooling and the way back through it.
#include <cstring>
#include <numeric>

#include "lanes.h"
#include "operations.h"
#include "plane.h"

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

// The part of a window that lies in the image.
struct Window {
  int64_t rows, columns, row_step;  // row_step: values from one row of the image to the next
};

typedef int32_t Places __attribute__((vector_size(kLanes * sizeof(int32_t)), aligned(4), may_alias));

// `first`: index of x in the batch.
FOR_EACH_PROCESSOR
void choose_lanes(const float* x, int32_t first, Window window, int64_t channels, float* largest, int32_t* position) {
  Lanes best = lanes(x);
  Places place;
  for (int32_t lane = 0; lane < kLanes; lane++) place[lane] = first + lane;
  Places best_place = place;
  for (int64_t row = 0; row < window.rows; row++)
    for (int64_t column = 0; column < window.columns; column++) {
      const int64_t offset = row * window.row_step + column * channels;
      const Lanes& value = lanes(x + offset);
      const auto is_larger = value > best;
      best = is_larger ? value : best;
      best_place = is_larger ? place + static_cast<int32_t>(offset) : best_place;
    }
  lanes(largest) = best;
  *reinterpret_cast<Places*>(position) = best_place;
}

void choose(const float* x, int32_t first, Window window, int64_t channels, float* largest, int32_t* position) {
  *largest = *x;
  *position = first;
  for (int64_t row = 0; row < window.rows; row++)
    for (int64_t column = 0; column < window.columns; column++) {
      const int64_t offset = row * window.row_step + column * channels;
      if (x[offset] <= *largest) continue;
      *largest = x[offset];
      *position = first + static_cast<int32_t>(offset);
    }
}

void pool_image(const float* images, int64_t i, const Images& size, const Pool& pool, float* largest, int32_t* position) {
  const int64_t channels = size.channels;
  for (int32_t row = 0; row < pool.height; row++)
    for (int32_t column = 0; column < pool.width; column++, largest += channels, position += channels) {
      const int64_t top = row * pool.stride - pool.pad_top, left = column * pool.stride - pool.pad_left;
      const int64_t y = std::max<int64_t>(0, top), x = std::max<int64_t>(0, left);
      const Window window = {std::min(size.height, top + pool.size) - y, std::min(size.width, left + pool.size) - x,
                             size.width * channels};
      const int64_t start = ((i * size.height + y) * size.width + x) * channels;
      int64_t k = 0;
      for (; k + kLanes <= channels; k += kLanes)
        choose_lanes(images + start + k, static_cast<int32_t>(start + k), window, channels, largest + k, position + k);
      for (; k < channels; k++)
        choose(images + start + k, static_cast<int32_t>(start + k), window, channels, largest + k, position + k);
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
  Threads::instance().run(size.batch, size.batch * size.image(), [&](int64_t i) {
    pool_image(data<float>(x), i, size, pool, data<float>(largest) + i * plane, data<int32_t>(positions) + i * plane);
  });
}

// ---- TouchstoneMaxPoolGradient: adds each window's gradient to zeros at the position that it chose --------------------------

// Clears the part of the result from `first` on and adds to it what falls into it of the updates `from_update` to `to_update`; returns how many did.
int64_t scatter_part(const float* updates, const int32_t* indices, int64_t from_update, int64_t to_update, int64_t first,
                     int64_t length, float* result) {
  std::memset(result + first, 0, length * sizeof(float));
  int64_t own = 0;
  for (int64_t i = from_update; i < to_update; i++) {
    const int64_t at = indices[i] - first;
    if (at < 0 || at >= length) continue;
    result[first + at] += updates[i];
    own += 1;
  }
  return own;
}

// Each part of the result takes the updates of the same part: pooling leaves them in its images' order. Where some fall elsewhere, all are
// asked again for each part.
void compute_max_pool_gradient(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Plane& plane = *static_cast<Plane*>(kernel);
  TF_Tensor *updates = call.input(0), *indices = call.input(1);
  Images pooled;
  if (!read_images(updates, &pooled)) return call.fail("Expected images [B, H, W, C].");
  const int64_t count = TF_TensorElementCount(updates);
  if (!has_count(indices, count)) return call.fail("Expected one position per gradient.");
  const int64_t size = pooled.batch * plane.height * plane.width * pooled.channels;
  TF_Tensor* result = call.output(0, TF_FLOAT, {pooled.batch, plane.height, plane.width, pooled.channels});
  if (!call.ok()) return call.fail();
  Threads& threads = Threads::instance();
  const int64_t parts = threads.count();
  std::vector<int64_t> taken(parts, 0);
  const auto scatter = [&](bool from_all) {
    threads.run(parts, size, [&](int64_t part) {
      const int64_t first = size * part / parts, length = size * (part + 1) / parts - first;
      taken[part] = scatter_part(data<float>(updates), data<int32_t>(indices), from_all ? 0 : count * part / parts,
                                 from_all ? count : count * (part + 1) / parts, first, length, data<float>(result));
    });
    return std::accumulate(taken.begin(), taken.end(), int64_t{0}) == count;
  };
  if (!scatter(false) && !scatter(true)) call.fail("A position is outside of the result.");
}

}  // namespace

std::vector<Operation> pooling_operations() {
  return {{"TouchstoneMaxPool",
           {"x: float"},
           {"largest: float", "positions: int32"},
           {"size: int", "stride: int", "pad_top: int", "pad_left: int", "height: int", "width: int"},
           create_pool,
           compute_max_pool,
           delete_pool},
          {"TouchstoneMaxPoolGradient",
           {"gradient: float", "positions: int32"},
           {"result: float"},
           {"height: int", "width: int"},
           create_plane,
           compute_max_pool_gradient,
           delete_plane}};
}

}  // namespace touchstone
