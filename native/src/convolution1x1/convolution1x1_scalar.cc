// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "../relu.h"
#include "convolution1x1.h"

namespace cardinal::convolution1x1::scalar {

void Run(const Shape& shape, const float* input, const float* packed, float* output, float* /*scratch*/) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  for (int64_t image = 0; image < shape.batch; ++image) {
    for (int64_t y = 0; y < height; ++y) {
      const Row from = RowAt(shape.height, shape.width, shape.inputs, y * shape.stride);
      const Row to = RowAt(height, width, shape.outputs, y);
      for (int64_t x = 0; x < width; ++x) {
        const float* in = input + from.offset + x * shape.stride * kBlock;
        float* out = output + to.offset + x * kBlock;
        for (int64_t first = 0; first < shape.outputs; first += kPanel) {
          const int64_t panel_width = PanelWidth(shape.outputs, first);
          const float* weights = packed + PanelOffset(first, shape.inputs);
          float sums[kPanel] = {};
          for (int64_t i = 0; i < panel_width; ++i) sums[i] = *weights++;
          for (int64_t k = 0; k < shape.inputs; ++k) {
            const float value = in[k / kBlock * from.block + k % kBlock];
            for (int64_t i = 0; i < panel_width; ++i) sums[i] += value * weights[i];
            weights += panel_width;
          }
          for (int64_t i = 0; i < panel_width; ++i) {
            float& result = out[(first + i) / kBlock * to.block + i % kBlock];
            const float sum = shape.residual ? sums[i] + result : sums[i];
            result = shape.relu ? Relu(sum) : sum;
          }
        }
      }
    }
    input += shape.height * shape.width * shape.inputs;
    output += height * width * shape.outputs;
  }
}

}  // namespace cardinal::convolution1x1::scalar
