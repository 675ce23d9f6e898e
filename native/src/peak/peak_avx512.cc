// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <immintrin.h>

#include "chains.h"
#include "peak.h"

namespace cardinal::peak::avx512 {

int64_t RunF32(int64_t turns) {
  const __m512 left = _mm512_set4_ps(0.75f, -1.25f, 0.5f, 1.5f);
  const __m512 right = _mm512_set_ps(0.3f, 0.7f, -0.2f, 0.9f, -0.6f, 0.4f, 0.8f, -0.1f, 0.5f, -0.3f, 0.2f, 0.6f, -0.9f,
                                     0.1f, -0.7f, -0.4f);
  RunChains<kChains>(turns, _mm512_set1_ps(1.0f), [=](__m512& sum) {
    asm volatile("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  });
  return 16;
}

}  // namespace cardinal::peak::avx512
