// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <limits>

#include "../avx512.h"
#include "../layout.h"
#include "max_pool.h"

namespace cardinal::max_pool::avx512 {
namespace {

// vmaxps gives its second operand where the first is NaN.
__m512 Best(__m512 best, const float* values) { return _mm512_max_ps(_mm512_load_ps(values), best); }

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* /*packed*/,
         float* output, float* /*scratch*/) {
  const __m512 lowest = _mm512_set1_ps(-std::numeric_limits<float>::infinity());
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const Range rows = RangeOf(share, shape.batch * height);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* image = input + row / height * shape.height * shape.width * shape.inputs;
    float* output_image = output + row / height * height * width * shape.outputs;
    const int64_t y = row % height;
    const Row to = Rows(height, width, shape.outputs).At(y);
    // A row outside the image is replaced by the middle one, which is counted anyway.
    Row from[3];
    for (int64_t i = 0; i < 3; ++i) {
      const int64_t in_y = 2 * y + i - 1;
      from[i] = Rows(shape.height, shape.width, shape.inputs).At(in_y < 0 || in_y >= shape.height ? 2 * y : in_y);
    }
    for (int64_t block = 0; block < shape.outputs / kBlock; ++block) {
      const float* top = image + from[0].offset + block * from[0].block;
      const float* middle = image + from[1].offset + block * from[1].block;
      const float* bottom = image + from[2].offset + block * from[2].block;
      float* out = output_image + to.offset + block * to.block;
      const auto column = [&](int64_t x) {
        return Best(Best(Best(lowest, top + x * kBlock), middle + x * kBlock), bottom + x * kBlock);
      };
      __m512 left = lowest;
      for (int64_t x = 0; x < width; ++x) {
        __m512 best = _mm512_max_ps(column(2 * x), left);
        if (2 * x + 1 < shape.width) {
          left = column(2 * x + 1);
          best = _mm512_max_ps(left, best);
        }
        _mm512_store_ps(out + x * kBlock, best);
      }
    }
  }
}

}  // namespace cardinal::max_pool::avx512
