// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../panel.h"
#include "convolution1x1.h"

namespace cardinal::convolution1x1 {

bool Fits(const Shape& shape) {
  return shape.layer == Layer::kConvolution && shape.kernel == 1 && shape.padding == 0 && shape.groups == 1 &&
         (shape.stride == 1 || (shape.stride == 2 && !HasSecond(shape))) && shape.inputs % kBlock == 0 &&
         shape.second_inputs % kBlock == 0 && shape.outputs % kBlock == 0;
}

int64_t PackedFloats(const Shape& shape) { return PanelOffset(shape.outputs, Depth(shape)); }

void Pack(const Shape& shape, const float* weights, const float* bias, float* packed) {
  const int64_t depth = Depth(shape);
  for (int64_t first = 0; first < shape.outputs; first += kPanel) {
    const int64_t width = PanelWidth(shape.outputs, first);
    int64_t outputs[kPanel];
    for (int64_t i = 0; i < width; ++i) outputs[i] = ChannelAt(shape.output_interleave, first + i);
    for (int64_t i = 0; i < width; ++i) *packed++ = bias[outputs[i]];
    for (int64_t k = 0; k < depth; ++k) {
      const int64_t input = k < shape.inputs ? ChannelAt(shape.input_interleave, k) : k;
      for (int64_t i = 0; i < width; ++i) *packed++ = weights[outputs[i] * depth + input];
    }
  }
}

namespace {

int64_t Groups(const Shape& shape) {
  const int64_t height = OutputHeight(shape);
  return shape.batch * CeilingDivide(height, RowsAGroup(height, OutputWidth(shape)));
}

// Of the input with stride 2, which is gathered in the scratch memory; 0 if there is none.
int64_t GatheredChannels(const Shape& shape) {
  return shape.stride == 2 ? shape.inputs : shape.second_stride == 2 ? shape.second_inputs : 0;
}

}  // namespace

// Pieces across panels would each gather the same pixels.
Work WorkOf(const Shape& shape, const Share& share) {
  return Divide(shape, share, Groups(shape), CeilingDivide(shape.outputs, kPanel), GatheredChannels(shape) > 0);
}

int64_t GroupsAChunk(const Shape& shape) {
  constexpr int64_t kChunkFloats = 400 * 1024 / sizeof(float);
  const int64_t width = OutputWidth(shape);
  const int64_t rows = RowsAGroup(OutputHeight(shape), width);
  const int64_t groups = Groups(shape);
  const int64_t most = Maximum(1, kChunkFloats / (rows * width * Depth(shape)));
  return CeilingDivide(groups, CeilingDivide(groups, most));
}

int64_t ScratchFloats(const Shape& shape) {
  const int64_t width = OutputWidth(shape);
  return GroupsAChunk(shape) * RowsAGroup(OutputHeight(shape), width) * width * GatheredChannels(shape);
}

}  // namespace cardinal::convolution1x1
