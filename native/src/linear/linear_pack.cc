// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "linear.h"

namespace cardinal::linear {

bool Fits(const Shape& shape) { return shape.layer == Layer::kLinear && shape.inputs % kBlock == 0; }

int64_t PackedFloats(const Shape& shape) {
  return PanelOffset(CeilingDivide(shape.outputs, kPanel) * kPanel, shape.inputs);
}

void Pack(const Shape& shape, const float* weights, const float* bias, float* packed) {
  for (int64_t first = 0; first < shape.outputs; first += kPanel) {
    const int64_t width = PanelWidth(shape.outputs, first);
    for (int64_t i = 0; i < kPanel; ++i) *packed++ = i < width ? bias[first + i] : 0.0f;
    for (int64_t k = 0; k < shape.inputs; ++k) {
      for (int64_t i = 0; i < kPanel; ++i) *packed++ = i < width ? weights[(first + i) * shape.inputs + k] : 0.0f;
    }
  }
}

}  // namespace cardinal::linear
