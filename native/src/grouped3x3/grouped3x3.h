// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// A convolution of kernel 3, padding 1, stride 1 or 2, in groups: 4 or 8 channels a group (as many outputs), or a
// multiple of 16 inputs and of 16 outputs a group, so that groups == 1 is the dense convolution.
//
// Input and output: blocked (cardinal.h); with 4 or 8 channels a group both interleaved, or neither. They are apart.
// Lanes: a vector holds 16 output channels. With 16 channels a group or more, one broadcast input feeds all of them, a
// channel each turn; with 4 or 8, a vector holds 4 or 2 groups, and each lane takes an input of its own group, another
// one each turn: InputLane. Interleaved, a turn's inputs are neighbours, which one load spreads over the vector; in
// natural order they take a shuffle, which is free on AMD's cores and takes a multiply-add's place on Intel's.
// Packed: tiles of one or two output blocks (two where a group has them), behind each other, each
//   [bias: 16 * blocks][input block][chunk of 4 turns, with two blocks of 2][ky][kx][turn][blocks][lane].
// Order of a sum: bias, then as packed but (turn, kx) for (kx, turn), with stride 2 kx in the order 0, 2, 1, without
// what lies outside the image; ReLU.
// No scratch memory. Everything is 64-byte aligned.
#ifndef CARDINAL_GROUPED3X3_GROUPED3X3_H_
#define CARDINAL_GROUPED3X3_GROUPED3X3_H_

#include <cstdint>

#include "../layout.h"
#include "../shape.h"
#include "../share.h"

namespace cardinal::grouped3x3 {

// How blocks of 16 channels and groups meet: a lane's sum runs over `channels` channels of each of `input_blocks`
// blocks. With 4 or 8 channels a group, a block stands for all the groups in it.
struct Blocks {
  int64_t input_blocks;
  int64_t output_blocks;
  int64_t channels;
};

static inline Blocks BlocksOf(const Shape& shape) {
  const int64_t inputs = shape.inputs / shape.groups;
  if (inputs < kBlock) return {1, 1, inputs};
  return {inputs / kBlock, shape.outputs / shape.groups / kBlock, kBlock};
}

// Output blocks of the tile that begins with block `first`: two where the group goes on.
static inline int64_t TileBlocks(const Blocks& blocks, int64_t first) {
  return Minimum(2, blocks.output_blocks - first % blocks.output_blocks);
}

// Tiles of output blocks in a group, and the block that tile `tile` of the layer begins with.
static inline int64_t TilesAGroup(const Blocks& blocks) { return CeilingDivide(blocks.output_blocks, 2); }
static inline int64_t FirstBlock(const Blocks& blocks, int64_t tile) {
  const int64_t tiles = TilesAGroup(blocks);
  return tile / tiles * blocks.output_blocks + tile % tiles * 2;
}

// A share's work: rows (of all images, behind each other) x tiles of output blocks.
static inline Work WorkOf(const Shape& shape, const Share& share) {
  const Blocks blocks = BlocksOf(shape);
  const int64_t tiles = shape.outputs / kBlock / blocks.output_blocks * TilesAGroup(blocks);
  return Divide(shape, share, shape.batch * OutputHeight(shape), tiles, false);
}

// Turns whose weights are in registers at once: 12 vectors either way.
static constexpr int64_t ChunkTurns(int64_t tile_blocks) { return tile_blocks == 2 ? 2 : 4; }

// Where in its block of inputs lane `lane` finds what it takes in turn `turn`. In natural order, turns exchange lanes:
// first none, then within four lanes, which is cheap; of 8, every second turn exchanges halves too, which is dear.
constexpr static inline int64_t InputLane(int64_t channels, bool interleaved, int64_t turn, int64_t lane) {
  if (channels == kBlock) return turn;
  if (interleaved) return turn * (kBlock / channels) + lane % (kBlock / channels);
  return channels == 4 ? lane ^ turn : lane ^ (turn / 2 + turn % 2 * 4);
}

// Where the tile that begins with output block `first` begins.
static inline int64_t TileOffset(const Blocks& blocks, int64_t first) {
  return first * kBlock * (1 + 9 * blocks.input_blocks * blocks.channels);
}

bool Fits(const Shape& shape);
int64_t PackedFloats(const Shape& shape);
void Pack(const Shape& shape, const float* weights, const float* bias, float* packed);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::grouped3x3

#endif  // CARDINAL_GROUPED3X3_GROUPED3X3_H_
