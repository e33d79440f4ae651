// TensorFlow operations of Touchstone's own, for passes that TensorFlow composes out of many sweeps over the images. They are
// registered through TensorFlow's C interface when the binding, into which this file is compiled, is loaded. float32, on the
// processor only; images are [B, H, W, C]. tensorflow-kernels.ts calls them; each has a parity test against the composed form.
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace {

// ---- threads -----------------------------------------------------------------------------------------------------------

// Splits work over all cores. The threads live as long as the process: it is never destroyed, since they would be waiting in it.
class Threads {
 public:
  static Threads& instance() {
    static Threads* threads = new Threads();
    return *threads;
  }

  // Calls work(0) ... work(count - 1), each once, and returns when all are done.
  void run(int64_t count, const std::function<void(int64_t)>& work) {
    std::lock_guard<std::mutex> one_at_a_time(run_mutex_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      next_ = 0;
      busy_ = static_cast<int>(workers_.size());
      generation_ += 1;
    }
    begin_.notify_all();
    drain(work);
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  Threads() {
    const int cores = std::max(1u, std::thread::hardware_concurrency());
    for (int i = 1; i < cores; i++) workers_.emplace_back([this] { serve(); });
  }

  void serve() {
    uint64_t seen = 0;
    for (;;) {
      const std::function<void(int64_t)>* work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        begin_.wait(lock, [&] { return generation_ != seen; });
        seen = generation_;
        work = work_;
      }
      drain(*work);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  void drain(const std::function<void(int64_t)>& work) {
    for (;;) {
      int64_t index;
      {
        std::lock_guard<std::mutex> lock(mutex_);
        if (next_ >= count_) return;
        index = next_++;
      }
      work(index);
    }
  }

  std::mutex run_mutex_, mutex_;
  std::condition_variable begin_, done_;
  std::vector<std::thread> workers_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t count_ = 0, next_ = 0;
  uint64_t generation_ = 0;
  int busy_ = 0;
};

// ---- inputs and outputs ------------------------------------------------------------------------------------------------

class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }

  TF_Tensor* input(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    return keep(tensor);
  }

  TF_Tensor* output(int index, TF_DataType type, const std::vector<int64_t>& shape) {
    int64_t size = 4;  // bytes of both types in use
    for (int64_t length : shape) size *= length;
    return keep(TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()), size, status_));
  }

  // Reports what went wrong, or the given words, to TensorFlow.
  void fail(const char* message = nullptr) {
    if (message != nullptr) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message);
    TF_OpKernelContext_Failure(context_, status_);
  }

  bool ok() const { return TF_GetCode(status_) == TF_OK; }

 private:
  TF_Tensor* keep(TF_Tensor* tensor) {
    if (tensor != nullptr) tensors_.push_back(tensor);
    return tensor;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

template <typename T>
T* data(TF_Tensor* tensor) {
  return static_cast<T*>(TF_TensorData(tensor));
}

struct Images {
  int64_t batch, height, width, channels;
  int64_t pixels() const { return height * width; }
};

bool read_images(TF_Tensor* tensor, Images* size) {
  if (tensor == nullptr || TF_NumDims(tensor) != 4) return false;
  *size = {TF_Dim(tensor, 0), TF_Dim(tensor, 1), TF_Dim(tensor, 2), TF_Dim(tensor, 3)};
  return true;
}

bool has_count(TF_Tensor* tensor, int64_t count) { return tensor != nullptr && TF_TensorElementCount(tensor) == count; }

// ---- TouchstoneBlend: a x + b, TouchstoneBlendTwo: a x + c y + b, with a, b, c [B, C] -----------------------------------

FOR_EACH_PROCESSOR
void blend_one(const float* x, const float* a, const float* b, float* result, int64_t pixels, int64_t channels) {
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, result += channels)
    for (int64_t k = 0; k < channels; k++) result[k] = a[k] * x[k] + b[k];
}

FOR_EACH_PROCESSOR
void blend_two(const float* x, const float* a, const float* b, const float* y, const float* c, float* result,
               int64_t pixels, int64_t channels) {
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, y += channels, result += channels)
    for (int64_t k = 0; k < channels; k++) result[k] = a[k] * x[k] + c[k] * y[k] + b[k];
}

void blend(void*, TF_OpKernelContext* context, bool has_second) {
  Call call(context);
  TF_Tensor *x = call.input(0), *a = call.input(1), *b = call.input(2);
  TF_Tensor *y = has_second ? call.input(3) : nullptr, *c = has_second ? call.input(4) : nullptr;
  Images size;
  if (!read_images(x, &size)) return call.fail("Expected images [B, H, W, C].");
  const int64_t coefficients = size.batch * size.channels;
  if (!has_count(a, coefficients) || !has_count(b, coefficients)) return call.fail("Expected coefficients [B, C].");
  if (has_second && (!has_count(c, coefficients) || !has_count(y, TF_TensorElementCount(x))))
    return call.fail("Expected a second image and coefficients of the first one's shape.");
  TF_Tensor* result = call.output(0, TF_FLOAT, {size.batch, size.height, size.width, size.channels});
  if (!call.ok()) return call.fail();
  const int64_t plane = size.pixels() * size.channels;
  const float *from = data<float>(x), *factors = data<float>(a), *offsets = data<float>(b);
  const float *second = has_second ? data<float>(y) : nullptr, *second_factors = has_second ? data<float>(c) : nullptr;
  float* to = data<float>(result);
  Threads::instance().run(size.batch, [&](int64_t i) {
    const int64_t image = i * plane, row = i * size.channels;
    if (has_second)
      blend_two(from + image, factors + row, offsets + row, second + image, second_factors + row, to + image,
                size.pixels(), size.channels);
    else
      blend_one(from + image, factors + row, offsets + row, to + image, size.pixels(), size.channels);
  });
}

void compute_blend(void* kernel, TF_OpKernelContext* context) { blend(kernel, context, false); }
void compute_blend_two(void* kernel, TF_OpKernelContext* context) { blend(kernel, context, true); }

// ---- TouchstonePlaneMeans: mean t and mean x t over the image plane, both [B, C] ----------------------------------------

// Blocks of pixels are summed by themselves first: one long float32 sum would lose digits.
constexpr int64_t kBlock = 64;

FOR_EACH_PROCESSOR
void plane_sums(const float* x, const float* t, int64_t pixels, int64_t channels, float* sums, float* products) {
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, t += channels)
    for (int64_t k = 0; k < channels; k++) {
      sums[k] += t[k];
      products[k] += x[k] * t[k];
    }
}

void compute_plane_means(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.input(0), *t = call.input(1);
  Images size;
  if (!read_images(x, &size) || !has_count(t, TF_TensorElementCount(x)))
    return call.fail("Expected two batches of images of one shape.");
  TF_Tensor* means = call.output(0, TF_FLOAT, {size.batch, size.channels});
  TF_Tensor* product_means = call.output(1, TF_FLOAT, {size.batch, size.channels});
  if (!call.ok()) return call.fail();
  const int64_t channels = size.channels, pixels = size.pixels();
  const float *left = data<float>(x), *right = data<float>(t);
  float *mean = data<float>(means), *product_mean = data<float>(product_means);
  Threads::instance().run(size.batch, [&](int64_t i) {
    std::vector<float> block(2 * channels);
    std::vector<double> total(2 * channels, 0.0);
    for (int64_t start = 0; start < pixels; start += kBlock) {
      std::fill(block.begin(), block.end(), 0.0f);
      const int64_t offset = (i * pixels + start) * channels;
      plane_sums(left + offset, right + offset, std::min(kBlock, pixels - start), channels, block.data(),
                 block.data() + channels);
      for (int64_t k = 0; k < 2 * channels; k++) total[k] += block[k];
    }
    for (int64_t k = 0; k < channels; k++) {
      mean[i * channels + k] = static_cast<float>(total[k] / pixels);
      product_mean[i * channels + k] = static_cast<float>(total[channels + k] / pixels);
    }
  });
}

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

// ---- TouchstoneScatter: adds updates [N] to zeros at indices [N]  ----------------------------------------------------

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
  std::memset(to, 0, size * sizeof(float));
  for (int64_t i = 0; i < count; i++) {
    if (index[i] < 0 || index[i] >= size) return call.fail("An index is outside of the result.");
    to[index[i]] += from[i];
  }
}

void* create_scatter(TF_OpKernelConstruction* construction) {
  int32_t* size = new int32_t(0);
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "size", size, status);
  TF_DeleteStatus(status);
  return size;
}

void delete_scatter(void* size) { delete static_cast<int32_t*>(size); }

// ---- registration ------------------------------------------------------------------------------------------------------

struct Operation {
  const char* name;
  std::vector<const char*> inputs, outputs, attributes;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

void unknown_shapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

void register_operation(const Operation& operation) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  for (const char* attribute : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, &unknown_shapes);
  TF_Status* status = TF_NewStatus();
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK) {
    TF_KernelBuilder* kernel =
        TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, operation.destroy);
    TF_RegisterKernelBuilder(operation.name, kernel, status);
  }
  TF_DeleteStatus(status);
}

// Runs when the binding is loaded, before its first call.
const bool are_registered = [] {
  const Operation operations[] = {
      {"TouchstoneBlend", {"x: float", "a: float", "b: float"}, {"result: float"}, {}, nullptr, compute_blend, nullptr},
      {"TouchstoneBlendTwo",
       {"x: float", "a: float", "b: float", "y: float", "c: float"},
       {"result: float"},
       {},
       nullptr,
       compute_blend_two,
       nullptr},
      {"TouchstonePlaneMeans",
       {"x: float", "t: float"},
       {"means: float", "product_means: float"},
       {},
       nullptr,
       compute_plane_means,
       nullptr},
      {"TouchstoneMaxPool",
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
  for (const Operation& operation : operations) register_operation(operation);
  return true;
}();

}  // namespace
