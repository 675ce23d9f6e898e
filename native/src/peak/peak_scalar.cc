// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <emmintrin.h>

#include "peak.h"

namespace cardinal::peak::scalar {

// Four lanes, multiplied and added apart, as the compiler writes the plain loops of the scalar kernels. Eight chains, twice:
// sixteen would not leave a register for the product.
int64_t Run(int64_t turns) {
  const __m128 half = _mm_set1_ps(0.5f);
  const __m128 one = _mm_set1_ps(1.0f);
  __m128 sums[kChains / 2];
  for (__m128& sum : sums) sum = one;
  for (int64_t turn = 0; turn < 2 * turns; ++turn) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < kChains / 2; ++i) {
      asm volatile("mulps %1, %0\n\taddps %2, %0" : "+x"(sums[i]) : "x"(half), "x"(one));
    }
  }
  return 4;
}

}  // namespace cardinal::peak::scalar
