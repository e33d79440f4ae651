// Several neighbouring channels at once.
#pragma once

#include <cstdint>

namespace touchstone {

// Channels that are worked on together: coefficients and sums stay in registers while a block of pixels goes by. As many as the
// processor compares at once; GCC takes wider vectors apart into single numbers.
#if defined(__x86_64__)
constexpr int64_t kLanes = 8;
#else
constexpr int64_t kLanes = 4;
#endif
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

inline const Lanes& lanes(const float* values) { return *reinterpret_cast<const Lanes*>(values); }
inline Lanes& lanes(float* values) { return *reinterpret_cast<Lanes*>(values); }

}  // namespace touchstone
