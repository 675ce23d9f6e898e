// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The loop that all peaks are measured by.
#ifndef CARDINAL_PEAK_CHAINS_H_
#define CARDINAL_PEAK_CHAINS_H_

#include <cstdint>

namespace cardinal::peak {

// Does `multiply_add` on each of kCount sums, which begin as `first`, `turns` times; the sums stay in registers.
template <int64_t kCount, typename Vector, typename MultiplyAdd>
__attribute__((always_inline)) static inline void RunChains(int64_t turns, Vector first, MultiplyAdd multiply_add) {
  Vector sums[kCount];
#pragma GCC unroll 16
  for (int64_t i = 0; i < kCount; ++i) sums[i] = first;
#pragma GCC unroll 1
  for (int64_t turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 16
    for (int64_t i = 0; i < kCount; ++i) multiply_add(sums[i]);
  }
}

}  // namespace cardinal::peak

#endif  // CARDINAL_PEAK_CHAINS_H_
