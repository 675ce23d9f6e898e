// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "grouped3x3.h"

namespace cardinal::grouped3x3 {

bool Fits(const Shape& shape) {
  if (shape.layer != Layer::kConvolution || shape.kernel != 3 || shape.padding != 1 || shape.residual) return false;
  if (HasSecond(shape)) return false;
  if (shape.stride != 1 && shape.stride != 2) return false;
  if (shape.inputs % kBlock != 0 || shape.outputs % kBlock != 0) return false;
  if (shape.inputs % shape.groups != 0 || shape.outputs % shape.groups != 0) return false;
  const int64_t inputs = shape.inputs / shape.groups;
  const int64_t outputs = shape.outputs / shape.groups;
  if (IsInterleaved(shape) && (shape.input_interleave != inputs || shape.output_interleave != outputs)) return false;
  return (inputs % kBlock == 0 && outputs % kBlock == 0) || (inputs == outputs && (inputs == 4 || inputs == 8));
}

int64_t PackedFloats(const Shape& shape) { return TileOffset(BlocksOf(shape), shape.outputs / kBlock); }

void Pack(const Shape& shape, const float* weights, const float* bias, float* packed) {
  const Blocks blocks = BlocksOf(shape);
  const int64_t inputs = blocks.input_blocks * blocks.channels;
  int64_t tile_blocks = 0;
  for (int64_t first = 0; first < shape.outputs / kBlock; first += tile_blocks) {
    tile_blocks = TileBlocks(blocks, first);
    const int64_t chunk = ChunkTurns(tile_blocks);
    const int64_t outputs = tile_blocks * kBlock;
    for (int64_t i = 0; i < outputs; ++i) {
      *packed++ = bias[ChannelAt(shape.output_interleave, first * kBlock + i)];
    }
    for (int64_t begin = 0; begin < inputs; begin += chunk) {
      for (int64_t tap = 0; tap < 9; ++tap) {
        for (int64_t k = begin; k < begin + chunk; ++k) {
          const int64_t turn = k % blocks.channels;
          for (int64_t i = 0; i < outputs; ++i) {
            const int64_t output = ChannelAt(shape.output_interleave, first * kBlock + i);
            const int64_t position = InputLane(blocks.channels, IsInterleaved(shape), turn, i % kBlock);
            const int64_t channel = k - turn + ChannelAt(shape.input_interleave, position) % blocks.channels;
            *packed++ = weights[(output * inputs + channel) * 9 + tap];
          }
        }
      }
    }
  }
}

}  // namespace cardinal::grouped3x3
