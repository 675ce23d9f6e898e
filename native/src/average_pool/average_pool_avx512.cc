// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../avx512.h"
#include "../layout.h"
#include "average_pool.h"

namespace cardinal::average_pool::avx512 {

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* /*packed*/,
         float* output, float* /*scratch*/) {
  const __m512 pixels = _mm512_set1_ps(static_cast<float>(shape.height * shape.width));
  const int64_t blocks = shape.inputs / kBlock;
  const Range range = RangeOf(share, shape.batch * blocks);
  for (int64_t i = range.begin; i < range.end; ++i) {
    const float* image = input + i / blocks * shape.height * shape.width * shape.inputs;
    __m512 sum = _mm512_setzero_ps();
    for (int64_t y = 0; y < shape.height; ++y) {
      const Row row = Rows(shape.height, shape.width, shape.inputs).At(y);
      const float* values = image + row.offset + i % blocks * row.block;
      for (int64_t x = 0; x < shape.width; ++x) sum = _mm512_add_ps(sum, _mm512_load_ps(values + x * kBlock));
    }
    _mm512_store_ps(output + i * kBlock, _mm512_div_ps(sum, pixels));
  }
}

}  // namespace cardinal::average_pool::avx512
