// Sweeps over images with one coefficient per example and channel, and the sums that such coefficients are found from.
#include "channel-sums.h"
#include "operations.h"

namespace touchstone {
namespace {

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
  Threads::instance().run(size.batch, size.batch * size.image(), [&](int64_t i) {
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
  Threads::instance().run(size.batch, size.batch * size.image(), [&](int64_t i) {
    std::vector<double> total(2 * channels);
    sum_image(left + i * size.image(), right + i * size.image(), {}, pixels, channels, total.data());
    for (int64_t k = 0; k < channels; k++) {
      mean[i * channels + k] = static_cast<float>(total[k] / pixels);
      product_mean[i * channels + k] = static_cast<float>(total[channels + k] / pixels);
    }
  });
}

}  // namespace

std::vector<Operation> blending_operations() {
  return {{"TouchstoneBlend", {"x: float", "a: float", "b: float"}, {"result: float"}, {}, nullptr, compute_blend, nullptr},
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
           nullptr}};
}

}  // namespace touchstone
