// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "../relu.h"
#include "convolution1x1.h"

namespace cardinal::convolution1x1::scalar {

void Run(const Shape& shape, const Share& share, const float* input, const float* packed, float* output,
         float* /*scratch*/) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const int64_t rows = RowsAGroup(height, width);
  const int64_t an_image = CeilingDivide(height, rows);
  const Work work = WorkOf(shape, share);
  for (int64_t group = work.rows.begin; group < work.rows.end; ++group) {
    const float* image = input + group / an_image * shape.height * shape.width * shape.inputs;
    float* output_image = output + group / an_image * height * width * shape.outputs;
    const int64_t first_row = group % an_image * rows;
    for (int64_t y = first_row; y < Minimum(height, first_row + rows); ++y) {
      const Row from = RowAt(shape.height, shape.width, shape.inputs, y * shape.stride);
      const Row to = RowAt(height, width, shape.outputs, y);
      for (int64_t x = 0; x < width; ++x) {
        const float* in = image + from.offset + x * shape.stride * kBlock;
        float* out = output_image + to.offset + x * kBlock;
        for (int64_t panel = work.panels.begin; panel < work.panels.end; ++panel) {
          const int64_t first = panel * kPanel;
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
  }
}

}  // namespace cardinal::convolution1x1::scalar
