// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../layout.h"
#include "average_pool.h"

namespace cardinal::average_pool {

bool Fits(const Shape& shape) {
  return shape.layer == Layer::kAveragePool && shape.inputs == shape.outputs && shape.inputs % kBlock == 0;
}

namespace scalar {

void Run(const Shape& shape, const float* input, const float* /*packed*/, float* output, float* /*scratch*/) {
  for (int64_t image = 0; image < shape.batch; ++image) {
    for (int64_t channel = 0; channel < shape.inputs; ++channel) {
      float sum = 0.0f;
      for (int64_t y = 0; y < shape.height; ++y) {
        const Row row = RowAt(shape.height, shape.width, shape.inputs, y);
        const float* values = input + row.offset + channel / kBlock * row.block + channel % kBlock;
        for (int64_t x = 0; x < shape.width; ++x) sum += values[x * kBlock];
      }
      output[channel] = sum / static_cast<float>(shape.height * shape.width);
    }
    input += shape.height * shape.width * shape.inputs;
    output += shape.outputs;
  }
}

}  // namespace scalar
}  // namespace cardinal::average_pool
