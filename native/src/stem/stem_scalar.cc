// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "../relu.h"
#include "stem.h"

namespace cardinal::stem::scalar {

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* /*scratch*/) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const Range range = RangeOf(share, shape.batch * height);
  for (int64_t row = range.begin; row < range.end; ++row) {
    const float* image = input + row / height * shape.height * shape.width * kColours;
    float* output_image = output + row / height * height * width * shape.outputs;
    const int64_t y = row % height;
    const Row to = Rows(height, width, shape.outputs).At(y);
    for (int64_t x = 0; x < width; ++x) {
      for (int64_t first = 0; first < shape.outputs; first += kPanel) {
        const int64_t panel_width = PanelWidth(shape.outputs, first);
        const float* weights = packed + PanelOffset(first, Depth(shape));
        float sums[kPanel] = {};
        for (int64_t i = 0; i < panel_width; ++i) sums[i] = *weights++;
        for (int64_t ky = 0; ky < shape.kernel; ++ky) {
          const int64_t input_y = y * shape.stride + ky - shape.padding;
          for (int64_t k = 0; k < shape.kernel * kColours; ++k) {
            const int64_t input_x = x * shape.stride + k / kColours - shape.padding;
            if (input_y >= 0 && input_y < shape.height && input_x >= 0 && input_x < shape.width) {
              const float value = image[(input_y * shape.width + input_x) * kColours + k % kColours];
              for (int64_t i = 0; i < panel_width; ++i) sums[i] += value * weights[i];
            }
            weights += panel_width;
          }
        }
        for (int64_t i = 0; i < panel_width; ++i) {
          output_image[to.offset + (first + i) / kBlock * to.block + x * kBlock + i % kBlock] =
              shape.relu ? Relu(sums[i]) : sums[i];
        }
      }
    }
  }
}

}  // namespace cardinal::stem::scalar
