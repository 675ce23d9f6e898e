// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "../relu.h"
#include "convolution1x1.h"

namespace cardinal::convolution1x1::scalar {
namespace {

// Adds to the sums of a panel the products of a pixel's channels `begin` to `end`, whose blocks stand so far apart.
void Add(const float* pixel, int64_t block, int64_t begin, int64_t end, const float* weights, int64_t panel_width,
         float* sums) {
  for (int64_t k = begin; k < end; ++k) {
    const float value = pixel[k / kBlock * block + k % kBlock];
    for (int64_t i = 0; i < panel_width; ++i) sums[i] += value * weights[k * panel_width + i];
  }
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* second, const float* packed,
         float* output, float* /*scratch*/) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const int64_t rows = RowsAGroup(height, width);
  const int64_t an_image = CeilingDivide(height, rows);
  const int64_t passes = Passes(Depth(shape) / kBlock);
  const Work work = WorkOf(shape, share);
  for (int64_t group = work.rows.begin; group < work.rows.end; ++group) {
    const int64_t number = group / an_image;
    const int64_t first_row = group % an_image * rows;
    for (int64_t y = first_row; y < Minimum(height, first_row + rows); ++y) {
      const Row from = Rows(shape.height, shape.width, shape.inputs).At(y * shape.stride);
      const Row to = Rows(height, width, shape.outputs).At(y);
      Row row = {0, 0};
      const float* second_row = input;
      if (HasSecond(shape)) {
        row = Rows(shape.second_height, shape.second_width, shape.second_inputs).At(y * shape.second_stride);
        second_row = second + number * (SecondFloats(shape) / shape.batch) + row.offset;
      }
      for (int64_t x = 0; x < width; ++x) {
        const float* in = input + number * shape.height * shape.width * shape.inputs + from.offset +
                          x * shape.stride * kBlock;
        float* out = output + number * height * width * shape.outputs + to.offset + x * kBlock;
        const float* second_in = second_row + x * shape.second_stride * kBlock;
        for (int64_t panel = work.panels.begin; panel < work.panels.end; ++panel) {
          const int64_t first = panel * kPanel;
          const int64_t panel_width = PanelWidth(shape.outputs, first);
          const float* bias = packed + PanelOffset(first, Depth(shape));
          const float* weights = bias + panel_width;
          for (int64_t pass = 0; pass < passes; ++pass) {
            const Range blocks = PassOf(Depth(shape) / kBlock, pass, passes);
            const int64_t begin = blocks.begin * kBlock;
            const int64_t end = blocks.end * kBlock;
            float sums[kPanel] = {};
            for (int64_t i = 0; i < panel_width && pass == 0; ++i) sums[i] = bias[i];
            Add(in, from.block, begin, Minimum(end, shape.inputs), weights, panel_width, sums);
            Add(second_in, row.block, Maximum(begin, shape.inputs) - shape.inputs, end - shape.inputs,
                weights + shape.inputs * panel_width, panel_width, sums);
            for (int64_t i = 0; i < panel_width; ++i) {
              float& result = out[(first + i) / kBlock * to.block + i % kBlock];
              const float sum = shape.residual || pass > 0 ? sums[i] + result : sums[i];
              result = shape.relu && pass + 1 == passes ? Relu(sum) : sum;
            }
          }
        }
      }
    }
  }
}

}  // namespace cardinal::convolution1x1::scalar
