// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "linear.h"

namespace cardinal::linear::scalar {

void Run(const Shape& shape, const float* input, const float* packed, float* output, float* /*scratch*/) {
  for (int64_t image = 0; image < shape.batch; ++image) {
    for (int64_t first = 0; first < shape.outputs; first += kPanel) {
      const float* weights = packed + PanelOffset(first, shape.inputs);
      float sums[kPanel];
      for (int64_t i = 0; i < kPanel; ++i) sums[i] = *weights++;
      for (int64_t k = 0; k < shape.inputs; ++k) {
        for (int64_t i = 0; i < kPanel; ++i) sums[i] += input[k] * weights[i];
        weights += kPanel;
      }
      for (int64_t i = 0; i < PanelWidth(shape.outputs, first); ++i) output[first + i] = sums[i];
    }
    input += shape.inputs;
    output += shape.outputs;
  }
}

}  // namespace cardinal::linear::scalar
