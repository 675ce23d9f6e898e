// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <immintrin.h>

#include "chains.h"
#include "peak.h"

namespace cardinal::peak::avx512 {

int64_t RunBf16(int64_t turns) {
  // Pairs of bf16: 0.75 and -1.25, 0.5 and 1.5; 0.625 and -0.375, -0.875 and 1.125.
  const __m512bh left = (__m512bh)_mm512_set4_epi32(0x3f40bfa0, 0x3f003fc0, 0x3f40bfa0, 0x3f003fc0);
  const __m512bh right = (__m512bh)_mm512_set4_epi32(0x3f20bec0, static_cast<int>(0xbf603f90), 0x3f903f20, 0x3ec0bf60);
  RunChains<kChains>(turns, _mm512_set1_ps(1.0f), [=](__m512& sum) {
    asm volatile("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  });
  return 32;
}

}  // namespace cardinal::peak::avx512
