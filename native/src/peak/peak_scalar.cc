// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <emmintrin.h>

#include "peak.h"

namespace cardinal::peak::scalar {

// Four lanes, multiplied and added apart, as the compiler writes the plain loops of the scalar kernels. Eight chains,
// twice: sixteen would not leave registers for the products.
int64_t RunF32(int64_t turns) {
  constexpr int64_t kHalf = kChains / 2;
  const __m128 one = _mm_set1_ps(1.0f);
  const __m128 half = _mm_set1_ps(0.5f);
  __m128 sums[kHalf];
#pragma GCC unroll 8
  for (int64_t i = 0; i < kHalf; ++i) sums[i] = one;
#pragma GCC unroll 1
  for (int64_t turn = 0; turn < 2 * turns; ++turn) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < kHalf; ++i) {
      __m128 product = one;
      asm volatile("mulps %2, %1\n\taddps %1, %0" : "+x"(sums[i]), "+x"(product) : "x"(half));
    }
  }
  return 4;
}

}  // namespace cardinal::peak::scalar
