// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <immintrin.h>

#include "chains.h"
#include "peak.h"

namespace cardinal::peak::avx512 {

int64_t RunInt8(int64_t turns) {
  // Unsigned bytes by signed ones; the sums stay far from overflow.
  const __m512i left = _mm512_set4_epi32(0x1f5b2c71, 0x4a17630e, 0x7d093552, 0x2b68414f);
  const __m512i right =
      _mm512_set4_epi32(0x15e93ac7, static_cast<int>(0xd8240bf1), 0x3cb7e209, static_cast<int>(0xc41f6ad3));
  RunChains<kChains>(turns, _mm512_set1_epi32(1), [=](__m512i& sum) {
    asm volatile("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  });
  return 64;
}

}  // namespace cardinal::peak::avx512
