// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../relu.h"
#include "grouped3x3.h"

namespace cardinal::grouped3x3::scalar {
namespace {

// Adds what one row of the kernel gives to the sums of one output pixel, for one chunk of turns.
void AddRow(const Shape& shape, const Blocks& blocks, const float* image, int64_t input_y, int64_t input_x,
            int64_t first_input, int64_t begin, int64_t tile_blocks, const float* weights, float* sums) {
  const int64_t chunk = ChunkTurns(tile_blocks);
  const int64_t lanes = tile_blocks * kBlock;
  const Row row = Rows(shape.height, shape.width, shape.inputs).At(input_y);
  for (int64_t i = 0; i < chunk; ++i) {
    const int64_t block = first_input + (begin + i) / blocks.channels;
    const int64_t turn = (begin + i) % blocks.channels;
    for (int64_t order = 0; order < 3; ++order) {
      const int64_t kx = shape.stride == 1 ? order : order * 2 % 3;
      const int64_t x = input_x + kx;
      if (x < 0 || x >= shape.width) continue;
      const float* values = image + row.offset + block * row.block + x * kBlock;
      for (int64_t lane = 0; lane < lanes; ++lane) {
        const float value = values[InputLane(blocks.channels, IsInterleaved(shape), turn, lane % kBlock)];
        sums[lane] += value * weights[(kx * chunk + i) * lanes + lane];
      }
    }
  }
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* /*scratch*/) {
  const Blocks blocks = BlocksOf(shape);
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const Work work = WorkOf(shape, share);
  for (int64_t row = work.rows.begin; row < work.rows.end; ++row) {
    const float* image = input + row / height * shape.height * shape.width * shape.inputs;
    float* output_image = output + row / height * height * width * shape.outputs;
    const int64_t y = row % height;
    const Row to = Rows(height, width, shape.outputs).At(y);
    for (int64_t tile = work.panels.begin; tile < work.panels.end; ++tile) {
      const int64_t first = FirstBlock(blocks, tile);
      const int64_t tile_blocks = TileBlocks(blocks, first);
      const int64_t lanes = tile_blocks * kBlock;
      const int64_t chunk = ChunkTurns(tile_blocks);
      const int64_t first_input = first / blocks.output_blocks * blocks.input_blocks;
      const float* bias = packed + TileOffset(blocks, first);
      for (int64_t x = 0; x < width; ++x) {
        const float* weights = bias + lanes;
        float sums[2 * kBlock];
        for (int64_t lane = 0; lane < lanes; ++lane) sums[lane] = bias[lane];
        for (int64_t begin = 0; begin < blocks.input_blocks * blocks.channels; begin += chunk) {
          for (int64_t ky = 0; ky < 3; ++ky) {
            const int64_t input_y = y * shape.stride + ky - 1;
            if (input_y >= 0 && input_y < shape.height) {
              AddRow(shape, blocks, image, input_y, x * shape.stride - 1, first_input, begin, tile_blocks, weights,
                     sums);
            }
            weights += 3 * chunk * lanes;
          }
        }
        for (int64_t lane = 0; lane < lanes; ++lane) {
          const int64_t block = first + lane / kBlock;
          output_image[to.offset + block * to.block + x * kBlock + lane % kBlock] =
              shape.relu ? Relu(sums[lane]) : sums[lane];
        }
      }
    }
  }
}

}  // namespace cardinal::grouped3x3::scalar
