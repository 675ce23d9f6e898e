// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../layout.h"
#include "average_pool.h"

namespace cardinal::average_pool {

bool Fits(const Shape& shape) {
  return shape.layer == Layer::kAveragePool && shape.inputs == shape.outputs && shape.inputs % kBlock == 0;
}

namespace scalar {

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* /*packed*/,
         float* output, float* /*scratch*/) {
  const int64_t blocks = shape.inputs / kBlock;
  const Range range = RangeOf(share, shape.batch * blocks);
  for (int64_t i = range.begin * kBlock; i < range.end * kBlock; ++i) {
    const float* image = input + i / shape.inputs * shape.height * shape.width * shape.inputs;
    const int64_t channel = i % shape.inputs;
    float sum = 0.0f;
    for (int64_t y = 0; y < shape.height; ++y) {
      const Row row = Rows(shape.height, shape.width, shape.inputs).At(y);
      const float* values = image + row.offset + channel / kBlock * row.block + channel % kBlock;
      for (int64_t x = 0; x < shape.width; ++x) sum += values[x * kBlock];
    }
    output[i] = sum / static_cast<float>(shape.height * shape.width);
  }
}

}  // namespace scalar
}  // namespace cardinal::average_pool
