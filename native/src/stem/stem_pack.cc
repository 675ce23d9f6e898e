// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "stem.h"

namespace cardinal::stem {

bool Fits(const Shape& shape) {
  return shape.layer == Layer::kConvolution && shape.inputs == kColours && (shape.kernel == 3 || shape.kernel == 7) &&
         shape.padding == shape.kernel / 2 && (shape.stride == 1 || shape.stride == 2) && shape.groups == 1 &&
         shape.outputs % kBlock == 0 && !shape.residual && !HasSecond(shape) &&
         !IsInterleaved(shape);
}

int64_t PackedFloats(const Shape& shape) { return PanelOffset(shape.outputs, Depth(shape)); }

void Pack(const Shape& shape, const float* weights, const float* bias, float* packed) {
  const int64_t taps = shape.kernel * shape.kernel;
  for (int64_t first = 0; first < shape.outputs; first += kPanel) {
    const int64_t width = PanelWidth(shape.outputs, first);
    for (int64_t i = 0; i < width; ++i) *packed++ = bias[first + i];
    for (int64_t tap = 0; tap < taps; ++tap) {
      for (int64_t colour = 0; colour < kColours; ++colour) {
        for (int64_t i = 0; i < width; ++i) *packed++ = weights[((first + i) * kColours + colour) * taps + tap];
      }
    }
  }
}

int64_t ScratchFloats(const Shape& shape) {
  const int64_t row = CeilingDivide((shape.width + 2 * shape.padding) * kColours, kBlock) * kBlock;
  return (shape.kernel + 1) * row;
}

}  // namespace cardinal::stem
