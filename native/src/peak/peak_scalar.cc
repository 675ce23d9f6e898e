// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <emmintrin.h>

#include "chains.h"
#include "peak.h"

namespace cardinal::peak::scalar {

// Four lanes, multiplied and added apart, as the compiler writes the plain loops of the scalar kernels. Eight chains,
// twice: sixteen would not leave registers for the products.
int64_t RunF32(int64_t turns) {
  const __m128 one = _mm_set1_ps(1.0f);
  const __m128 half = _mm_set1_ps(0.5f);
  RunChains<kChains / 2>(2 * turns, one, [=](__m128& sum) {
    __m128 product = one;
    asm volatile("mulps %2, %1\n\taddps %1, %0" : "+x"(sum), "+x"(product) : "x"(half));
  });
  return 4;
}

}  // namespace cardinal::peak::scalar
