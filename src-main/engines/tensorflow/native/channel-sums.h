// Sums over the pixels of one image, channel by channel: sum t and sum x t.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lanes.h"
#include "operations.h"

namespace touchstone {

// Blocks of pixels are summed by themselves first: one long float32 sum would lose digits.
constexpr int64_t kBlock = 64;

FOR_EACH_PROCESSOR
static void add_lanes(const float* x, const float* t, int64_t pixels, int64_t channels, float* sums, float* products) {
  Lanes sum = {}, product = {};
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, t += channels) {
    sum += lanes(t);
    product += lanes(x) * lanes(t);
  }
  lanes(sums) = sum;
  lanes(products) = product;
}

// The same of t where a x + b > 0, and of 0 elsewhere.
FOR_EACH_PROCESSOR
static void add_open_lanes(const float* x, const float* t, const float* a, const float* b, int64_t pixels,
                           int64_t channels, float* sums, float* products) {
  const Lanes factor = lanes(a), offset = lanes(b), zero = {};
  Lanes sum = {}, product = {};
  for (int64_t pixel = 0; pixel < pixels; pixel++, x += channels, t += channels) {
    const Lanes open = factor * lanes(x) + offset > zero ? lanes(t) : zero;
    sum += open;
    product += lanes(x) * open;
  }
  lanes(sums) = sum;
  lanes(products) = product;
}

// Where values are let through: everywhere, or where a x + b > 0.
struct Gate {
  const float *a = nullptr, *b = nullptr;
};

// Writes sum t [C], then sum x t [C] to `totals`.
inline void sum_image(const float* x, const float* t, Gate gate, int64_t pixels, int64_t channels, double* totals) {
  std::fill_n(totals, 2 * channels, 0.0);
  for (int64_t start = 0; start < pixels; start += kBlock) {
    const int64_t size = std::min(kBlock, pixels - start);
    const float *from = x + start * channels, *other = t + start * channels;
    int64_t k = 0;
    for (; k + kLanes <= channels; k += kLanes) {
      float sums[kLanes], products[kLanes];
      if (gate.a == nullptr)
        add_lanes(from + k, other + k, size, channels, sums, products);
      else
        add_open_lanes(from + k, other + k, gate.a + k, gate.b + k, size, channels, sums, products);
      for (int64_t lane = 0; lane < kLanes; lane++) {
        totals[k + lane] += sums[lane];
        totals[channels + k + lane] += products[lane];
      }
    }
    for (; k < channels; k++)
      for (int64_t at = k; at < size * channels; at += channels) {
        const float open = gate.a == nullptr || gate.a[k] * from[at] + gate.b[k] > 0.0f ? other[at] : 0.0f;
        totals[k] += open;
        totals[channels + k] += double{from[at]} * open;
      }
  }
}

}  // namespace touchstone
