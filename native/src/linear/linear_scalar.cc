// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "linear.h"

namespace cardinal::linear::scalar {

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* /*scratch*/) {
  const Range range = RangeOf(share, CeilingDivide(shape.outputs, kPanel) * shape.batch);
  for (int64_t i = range.begin; i < range.end; ++i) {
    const int64_t first = i / shape.batch * kPanel;
    const int64_t image = i % shape.batch;
    const float* weights = packed + PanelOffset(first, shape.inputs);
    float sums[kPanel];
    for (int64_t j = 0; j < kPanel; ++j) sums[j] = *weights++;
    for (int64_t k = 0; k < shape.inputs; ++k) {
      for (int64_t j = 0; j < kPanel; ++j) sums[j] += input[image * shape.inputs + k] * weights[j];
      weights += kPanel;
    }
    for (int64_t j = 0; j < PanelWidth(shape.outputs, first); ++j) output[image * shape.outputs + first + j] = sums[j];
  }
}

}  // namespace cardinal::linear::scalar
