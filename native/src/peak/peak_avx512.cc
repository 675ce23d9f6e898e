// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <immintrin.h>

#include "peak.h"

namespace cardinal::peak::avx512 {

int64_t Run(int64_t turns) {
  const __m512 half = _mm512_set1_ps(0.5f);
  const __m512 one = _mm512_set1_ps(1.0f);
  __m512 sums[kChains];
#pragma GCC unroll 16
  for (int64_t i = 0; i < kChains; ++i) sums[i] = one;
#pragma GCC unroll 1
  for (int64_t turn = 0; turn < turns; ++turn) {
#pragma GCC unroll 16
    for (int64_t i = 0; i < kChains; ++i) {
      asm volatile("vfmadd213ps %2, %1, %0" : "+v"(sums[i]) : "v"(half), "v"(one));
    }
  }
  return 16;
}

}  // namespace cardinal::peak::avx512
