// Group and batch normalisation, each pass in one operation. core/network/layers/group-norm.ts and batch-norm.ts have the formulas and the
// names of the symbols; both are the same arithmetic over other sets of values, so they share it here.
//
// Group normalisation takes its means over one image and a group of channels, and so finishes one image after another while it
// is in the processor's cache. Batch normalisation (`groups` 0) takes them over all images of one channel: two sweeps.
#include <cmath>

#include "channel-sums.h"
#include "operations.h"

namespace touchstone {
namespace {

struct Options {
  int32_t groups = 0, is_rectified = 0, is_summed = 0;
  float epsilon = 0;
};

void* create_options(TF_OpKernelConstruction* construction) {
  Options* options = new Options();
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "groups", &options->groups, status);
  TF_OpKernelConstruction_GetAttrInt32(construction, "is_rectified", &options->is_rectified, status);
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &options->epsilon, status);
  TF_DeleteStatus(status);
  return options;
}

void* create_gradient_options(TF_OpKernelConstruction* construction) {
  Options* options = static_cast<Options*>(create_options(construction));
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "is_summed", &options->is_summed, status);
  TF_DeleteStatus(status);
  return options;
}

void delete_options(void* options) { delete static_cast<Options*>(options); }

// ---- sweeps over one image ----------------------------------------------------------------------------------------------

// What the two derivatives have in common: c t + a x + b.
struct Line {
  const float *c, *a, *b;
};

inline float rectified(float value) { return value > 0.0f ? value : 0.0f; }

// y = a x + b over a whole image, rectified or not.
FOR_EACH_PROCESSOR
void normalise_lanes(const float* x, Gate line, bool is_rectified, float* y, int64_t pixels, int64_t channels) {
  const Lanes a = lanes(line.a), b = lanes(line.b);
  const Lanes lowest = Lanes{} - (is_rectified ? 0.0f : INFINITY);
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, y += channels) {
    const Lanes value = a * lanes(x) + b;
    lanes(y) = value > lowest ? value : lowest;
  }
}

FOR_EACH_PROCESSOR
void combine_lanes(const float* x, const float* t, Line line, float* result, int64_t pixels, int64_t channels) {
  const Lanes a = lanes(line.a), b = lanes(line.b), c = lanes(line.c);
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, t += channels, result += channels)
    lanes(result) = c * lanes(t) + (a * lanes(x) + b);
}

// A tangent is let through behind the normalisation, ...
FOR_EACH_PROCESSOR
void combine_then_gate_lanes(const float* x, const float* t, Line line, Gate gate, float* result, int64_t pixels,
                             int64_t channels) {
  const Lanes a = lanes(line.a), b = lanes(line.b), c = lanes(line.c);
  const Lanes factor = lanes(gate.a), offset = lanes(gate.b), zero = {};
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, t += channels, result += channels) {
    const Lanes value = c * lanes(t) + (a * lanes(x) + b);
    lanes(result) = factor * lanes(x) + offset > zero ? value : zero;
  }
}

// ... a gradient in front of it.
FOR_EACH_PROCESSOR
void gate_then_combine_lanes(const float* x, const float* t, Line line, Gate gate, float* result, int64_t pixels,
                             int64_t channels) {
  const Lanes a = lanes(line.a), b = lanes(line.b), c = lanes(line.c);
  const Lanes factor = lanes(gate.a), offset = lanes(gate.b), zero = {};
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, t += channels, result += channels) {
    const Lanes open = factor * lanes(x) + offset > zero ? lanes(t) : zero;
    lanes(result) = c * open + (a * lanes(x) + b);
  }
}

// Block by block: what several sets of lanes read stays in the cache meanwhile.
void normalise_image(const float* x, Gate line, bool is_rectified, float* y, int64_t pixels, int64_t channels) {
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int64_t size = std::min(kBlock, pixels - start);
    const float* from = x + start * channels;
    float* to = y + start * channels;
    int64_t k = 0;
    for (; k + kLanes <= channels; k += kLanes)
      normalise_lanes(from + k, {line.a + k, line.b + k}, is_rectified, to + k, size, channels);
    for (; k < channels; k++)
      for (int64_t at = k; at < size * channels; at += channels) {
        const float value = line.a[k] * from[at] + line.b[k];
        to[at] = is_rectified ? rectified(value) : value;
      }
  }
}

// Without a gate the derivatives of both directions are the same line.
void combine_image(const float* x, const float* t, Line line, Gate gate, bool is_forwards, float* result,
                   int64_t pixels, int64_t channels) {
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int64_t size = std::min(kBlock, pixels - start);
    const float *from = x + start * channels, *other = t + start * channels;
    float* to = result + start * channels;
    int64_t k = 0;
    for (; k + kLanes <= channels; k += kLanes) {
      const Line own = {line.c + k, line.a + k, line.b + k};
      if (gate.a == nullptr)
        combine_lanes(from + k, other + k, own, to + k, size, channels);
      else if (is_forwards)
        combine_then_gate_lanes(from + k, other + k, own, {gate.a + k, gate.b + k}, to + k, size, channels);
      else
        gate_then_combine_lanes(from + k, other + k, own, {gate.a + k, gate.b + k}, to + k, size, channels);
    }
    for (; k < channels; k++)
      for (int64_t at = k; at < size * channels; at += channels) {
        const bool is_open = gate.a == nullptr || gate.a[k] * from[at] + gate.b[k] > 0.0f;
        const float carried = is_open || is_forwards ? other[at] : 0.0f;
        const float value = line.c[k] * carried + line.a[k] * from[at] + line.b[k];
        to[at] = is_open || !is_forwards ? value : 0.0f;
      }
  }
}

// ---- what the passes have in common ---------------------------------------------------------------------------------------

// The values that share a mean: `rows` sets of images, and `per_group` neighbouring channels in each.
struct Plan {
  Images size;
  int64_t rows, per_group, count;  // count: values of one channel in one set
  bool is_rectified;

  int64_t row_of(int64_t image) const { return rows == 1 ? 0 : image; }
};

bool make_plan(const Options& options, TF_Tensor* x, Plan* plan) {
  Images size;
  if (!read_images(x, &size)) return false;
  if (options.groups > 0 && size.channels % options.groups != 0) return false;
  const bool is_batch = options.groups == 0;
  // A single image of its own is a set of its own either way.
  *plan = {size, is_batch ? 1 : size.batch, is_batch ? 1 : size.channels / options.groups,
           is_batch ? size.batch * size.pixels() : size.pixels(), options.is_rectified != 0};
  return true;
}

// Per image sum t and sum x t, and per row their means over the row's images: both [2 C].
class Sums {
 public:
  explicit Sums(const Plan& plan)
      : plan_(plan), width_(2 * plan.size.channels), images_(plan.size.batch * width_), rows_(plan.rows * width_) {}

  double* image(int64_t i) { return images_.data() + i * width_; }

  // mean t, then mean x t
  const double* means(int64_t row) {
    double* mean = rows_.data() + row * width_;
    const int64_t first = plan_.rows == 1 ? 0 : row, last = plan_.rows == 1 ? plan_.size.batch : row + 1;
    for (int64_t i = first; i < last; i++)
      for (int64_t k = 0; k < width_; k++) mean[k] += image(i)[k];
    for (int64_t k = 0; k < width_; k++) mean[k] /= plan_.count;
    return mean;
  }

 private:
  const Plan& plan_;
  const int64_t width_;
  std::vector<double> images_, rows_;
};

// Replaces each channel's value by the mean over its group.
void average_groups(double* values, const Plan& plan) {
  for (int64_t start = 0; start < plan.size.channels; start += plan.per_group) {
    double total = 0;
    for (int64_t k = 0; k < plan.per_group; k++) total += values[start + k];
    std::fill_n(values + start, plan.per_group, total / plan.per_group);
  }
}

// sum(i) for every image, prepare(row) for every row, then sweep(i) for every image.
template <typename Sum, typename Prepare, typename Sweep>
void run_passes(const Plan& plan, const Sum& sum, const Prepare& prepare, const Sweep& sweep) {
  Threads& threads = Threads::instance();
  const int64_t values = plan.size.batch * plan.size.image();
  if (plan.rows == 1) {
    threads.run(plan.size.batch, values, sum);
    prepare(0);
    threads.run(plan.size.batch, values, sweep);
    return;
  }
  threads.run(plan.size.batch, values, [&](int64_t i) {
    sum(i);
    prepare(i);
    sweep(i);
  });
}

// ---- the forward pass -----------------------------------------------------------------------------------------------------

void compute_forward(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Options& options = *static_cast<Options*>(kernel);
  TF_Tensor *x = call.input(0), *scale = call.input(1), *offset = call.input(2);
  Plan plan;
  if (!make_plan(options, x, &plan)) return call.fail("Expected images [B, H, W, C] and groups that divide C.");
  const Images& size = plan.size;
  const int64_t channels = size.channels;
  if (!has_count(scale, channels) || !has_count(offset, channels)) return call.fail("Expected a scale and an offset [C].");
  TF_Tensor* y = call.output(0, TF_FLOAT, {size.batch, size.height, size.width, channels});
  TF_Tensor* mean = call.output(1, TF_FLOAT, {plan.rows, channels});
  TF_Tensor* rate = call.output(2, TF_FLOAT, {plan.rows, channels});
  TF_Tensor* variance = call.output(3, TF_FLOAT, {plan.rows, channels});
  if (!call.ok()) return call.fail();
  const float *from = data<float>(x), *s = data<float>(scale), *o = data<float>(offset);
  float *to = data<float>(y), *m = data<float>(mean), *r = data<float>(rate), *v = data<float>(variance);
  std::vector<float> lines(2 * plan.rows * channels);
  Sums sums(plan);
  run_passes(
      plan, [&](int64_t i) { sum_image(from + i * size.image(), from + i * size.image(), {}, size.pixels(), channels, sums.image(i)); },
      [&](int64_t row) {
        const double* means = sums.means(row);
        std::vector<double> first(means, means + channels), second(means + channels, means + 2 * channels);
        average_groups(first.data(), plan);
        average_groups(second.data(), plan);
        float *a = lines.data() + 2 * row * channels, *b = a + channels;
        for (int64_t k = 0, at = row * channels; k < channels; k++, at++) {
          // Rounding can take a variance of zero slightly below it.
          const double spread = std::max(0.0, second[k] - first[k] * first[k]);
          m[at] = static_cast<float>(first[k]);
          v[at] = static_cast<float>(spread);
          r[at] = static_cast<float>(1 / std::sqrt(spread + options.epsilon));
          a[k] = r[at] * s[k];
          b[k] = o[k] - a[k] * m[at];
        }
      },
      [&](int64_t i) {
        const float* a = lines.data() + 2 * plan.row_of(i) * channels;
        normalise_image(from + i * size.image(), {a, a + channels}, plan.is_rectified, to + i * size.image(), size.pixels(), channels);
      });
}

// ---- the two derivatives --------------------------------------------------------------------------------------------------

// What the forward pass saw and found, and coefficients [rows, 5, C]: c, a, b of the line, then a and b of the gate.
class Derivative {
 public:
  bool read(Call& call, const Options& options) {
    TF_Tensor* inputs[6];
    for (int i = 0; i < 6; i++) inputs[i] = call.input(i);
    if (!make_plan(options, inputs[0], &plan)) return false;
    const int64_t counts[6] = {plan.size.batch * plan.size.image(), plan.rows * plan.size.channels,
                               plan.rows * plan.size.channels,      plan.size.channels,
                               plan.size.channels,                  plan.size.batch * plan.size.image()};
    const float** values[6] = {&x, &m, &r, &s, &o, &t};
    for (int i = 0; i < 6; i++) {
      if (!has_count(inputs[i], counts[i])) return false;
      *values[i] = data<float>(inputs[i]);
    }
    const int64_t channels = plan.size.channels;
    coefficients_.resize(5 * plan.rows * channels);
    for (int64_t row = 0; row < plan.rows; row++)
      for (int64_t k = 0; k < channels; k++) {
        float* gate = coefficients_.data() + (5 * row + 3) * channels;
        gate[k] = r[row * channels + k] * s[k];
        gate[channels + k] = o[k] - gate[k] * m[row * channels + k];
      }
    return true;
  }

  // Where the rectifier behind the normalisation is open; everywhere if there is none.
  Gate gate(int64_t row) const {
    if (!plan.is_rectified) return {};
    const float* a = coefficients_.data() + (5 * row + 3) * plan.size.channels;
    return {a, a + plan.size.channels};
  }

  // The row's c, a, b, to be filled.
  float* line(int64_t row) { return coefficients_.data() + 5 * row * plan.size.channels; }

  Line read_line(int64_t row) const {
    const float* c = coefficients_.data() + 5 * row * plan.size.channels;
    return {c, c + plan.size.channels, c + 2 * plan.size.channels};
  }

  Plan plan;
  // The input, its mean and 1 / deviation, scale and offset, and what is to be carried forwards or back.
  const float *x, *m, *r, *s, *o, *t;

 private:
  std::vector<float> coefficients_;
};

void compute_tangent(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  Derivative pass;
  TF_Tensor *scale_tangent = call.input(6), *offset_tangent = call.input(7);
  const bool fits = pass.read(call, *static_cast<Options*>(kernel));
  const Plan& plan = pass.plan;
  const Images& size = plan.size;
  const int64_t channels = size.channels;
  if (!fits || !has_count(scale_tangent, channels) || !has_count(offset_tangent, channels))
    return call.fail("The shapes of a normalisation and of its tangents do not fit together.");
  TF_Tensor* result = call.output(0, TF_FLOAT, {size.batch, size.height, size.width, channels});
  if (!call.ok()) return call.fail();
  float* to = data<float>(result);
  const float *ds = data<float>(scale_tangent), *doff = data<float>(offset_tangent);
  Sums sums(plan);
  run_passes(
      plan, [&](int64_t i) { sum_image(pass.x + i * size.image(), pass.t + i * size.image(), {}, size.pixels(), channels, sums.image(i)); },
      [&](int64_t row) {
        const double* means = sums.means(row);
        const float *m = pass.m + row * channels, *r = pass.r + row * channels;
        std::vector<double> mean_t(means, means + channels), mean_nt(channels);
        for (int64_t k = 0; k < channels; k++) mean_nt[k] = r[k] * (means[channels + k] - m[k] * mean_t[k]);
        average_groups(mean_t.data(), plan);
        average_groups(mean_nt.data(), plan);
        float *c = pass.line(row), *a = c + channels, *b = a + channels;
        for (int64_t k = 0; k < channels; k++) {
          const double sr = double{pass.s[k]} * r[k], slope = (ds[k] - sr * mean_nt[k]) * r[k];
          c[k] = static_cast<float>(sr);
          a[k] = static_cast<float>(slope);
          b[k] = static_cast<float>(doff[k] - sr * mean_t[k] - slope * m[k]);
        }
      },
      [&](int64_t i) {
        const int64_t at = i * size.image(), row = plan.row_of(i);
        combine_image(pass.x + at, pass.t + at, pass.read_line(row), pass.gate(row), true, to + at, size.pixels(), channels);
      });
}

void sum_examples(const float* values, int64_t batch, int64_t channels, float* sums) {
  for (int64_t k = 0; k < channels; k++) {
    double total = 0;
    for (int64_t i = 0; i < batch; i++) total += values[i * channels + k];
    sums[k] = static_cast<float>(total);
  }
}

void compute_gradient(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  Derivative pass;
  const Options& options = *static_cast<Options*>(kernel);
  if (!pass.read(call, options))
    return call.fail("The shapes of a normalisation and of its gradient do not fit together.");
  const Plan& plan = pass.plan;
  const Images& size = plan.size;
  const int64_t channels = size.channels;
  TF_Tensor* input_gradient = call.output(0, TF_FLOAT, {size.batch, size.height, size.width, channels});
  const bool is_summed = options.is_summed != 0;
  const std::vector<int64_t> shape = is_summed ? std::vector<int64_t>{channels} : std::vector<int64_t>{size.batch, channels};
  TF_Tensor *scale_gradients = call.output(1, TF_FLOAT, shape), *offset_gradients = call.output(2, TF_FLOAT, shape);
  if (!call.ok()) return call.fail();
  std::vector<float> per_example(is_summed ? 2 * size.batch * channels : 0);
  float* to = data<float>(input_gradient);
  float* ds = is_summed ? per_example.data() : data<float>(scale_gradients);
  float* doff = is_summed ? ds + size.batch * channels : data<float>(offset_gradients);
  Sums sums(plan);
  run_passes(
      plan,
      [&](int64_t i) {
        const int64_t at = i * size.image(), row = plan.row_of(i);
        double* of_image = sums.image(i);
        sum_image(pass.x + at, pass.t + at, pass.gate(row), size.pixels(), channels, of_image);
        const float *m = pass.m + row * channels, *r = pass.r + row * channels;
        for (int64_t k = 0; k < channels; k++) {
          ds[i * channels + k] = static_cast<float>(r[k] * (of_image[channels + k] - m[k] * of_image[k]));
          doff[i * channels + k] = static_cast<float>(of_image[k]);
        }
      },
      [&](int64_t row) {
        const double* means = sums.means(row);
        const float *m = pass.m + row * channels, *r = pass.r + row * channels;
        std::vector<double> mean_sd(channels), mean_nsd(channels);
        for (int64_t k = 0; k < channels; k++) {
          mean_sd[k] = pass.s[k] * means[k];
          mean_nsd[k] = pass.s[k] * r[k] * (means[channels + k] - m[k] * means[k]);
        }
        average_groups(mean_sd.data(), plan);
        average_groups(mean_nsd.data(), plan);
        float *c = pass.line(row), *a = c + channels, *b = a + channels;
        for (int64_t k = 0; k < channels; k++) {
          const double slope = -double{r[k]} * r[k] * mean_nsd[k];
          c[k] = r[k] * pass.s[k];
          a[k] = static_cast<float>(slope);
          b[k] = static_cast<float>(-slope * m[k] - r[k] * mean_sd[k]);
        }
      },
      [&](int64_t i) {
        const int64_t at = i * size.image(), row = plan.row_of(i);
        combine_image(pass.x + at, pass.t + at, pass.read_line(row), pass.gate(row), false, to + at, size.pixels(), channels);
      });
  if (!is_summed) return;
  sum_examples(ds, size.batch, channels, data<float>(scale_gradients));
  sum_examples(doff, size.batch, channels, data<float>(offset_gradients));
}

}  // namespace

std::vector<Operation> normalisation_operations() {
  const std::vector<const char*> attributes = {"groups: int", "is_rectified: int", "epsilon: float"};
  return {{"TouchstoneNormalise",
           {"x: float", "scale: float", "offset: float"},
           {"y: float", "mean: float", "rate: float", "variance: float"},
           attributes,
           create_options,
           compute_forward,
           delete_options},
          {"TouchstoneNormaliseTangent",
           {"x: float", "mean: float", "rate: float", "scale: float", "offset: float", "tangent: float",
            "scale_tangent: float", "offset_tangent: float"},
           {"y_tangent: float"},
           attributes,
           create_options,
           compute_tangent,
           delete_options},
          {"TouchstoneNormaliseGradient",
           {"x: float", "mean: float", "rate: float", "scale: float", "offset: float", "y_gradient: float"},
           {"x_gradient: float", "scale_gradients: float", "offset_gradients: float"},
           {"groups: int", "is_rectified: int", "epsilon: float", "is_summed: int"},
           create_gradient_options,
           compute_gradient,
           delete_options}};
}

}  // namespace touchstone
