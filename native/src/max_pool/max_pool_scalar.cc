// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <limits>

#include "../layout.h"
#include "max_pool.h"

namespace cardinal::max_pool {

bool Fits(const Shape& shape) {
  return shape.layer == Layer::kMaxPool && shape.kernel == 3 && shape.stride == 2 && shape.padding == 1 &&
         shape.inputs == shape.outputs && shape.inputs % kBlock == 0;
}

namespace scalar {

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* /*packed*/,
         float* output, float* /*scratch*/) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const Range rows = RangeOf(share, shape.batch * height);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const float* image = input + row / height * shape.height * shape.width * shape.inputs;
    float* output_image = output + row / height * height * width * shape.outputs;
    const int64_t y = row % height;
    const Row to = Rows(height, width, shape.outputs).At(y);
    for (int64_t channel = 0; channel < shape.outputs; ++channel) {
      for (int64_t x = 0; x < width; ++x) {
        float best = -std::numeric_limits<float>::infinity();
        for (int64_t in_y = Maximum(0, 2 * y - 1); in_y < Minimum(2 * y + 2, shape.height); ++in_y) {
          const Row from = Rows(shape.height, shape.width, shape.inputs).At(in_y);
          for (int64_t in_x = Maximum(0, 2 * x - 1); in_x < Minimum(2 * x + 2, shape.width); ++in_x) {
            const float value = image[from.offset + channel / kBlock * from.block + in_x * kBlock + channel % kBlock];
            best = value > best ? value : best;
          }
        }
        output_image[to.offset + channel / kBlock * to.block + x * kBlock + channel % kBlock] = best;
      }
    }
  }
}

}  // namespace scalar
}  // namespace cardinal::max_pool
