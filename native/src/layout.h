// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The blocked layout of activations, see cardinal.h: groups of rows, in each [channels / 16][pixels of the group][16].
#ifndef CARDINAL_LAYOUT_H_
#define CARDINAL_LAYOUT_H_

#include <cstdint>

namespace cardinal {

// Channels of a block: the lanes of one vector of the widest kind.
constexpr int64_t kBlock = 16;
// Pixels of the widest tile: 14 x 2 vectors are 28 sums, which leaves 4 of 32 registers for operands.
constexpr int64_t kTilePixels = 14;
// Outputs of a panel of weights: the two vectors of a tile.
constexpr int64_t kPanel = 32;

static inline int64_t Minimum(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t Maximum(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t CeilingDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

static inline int64_t RowsAGroup(int64_t height, int64_t width) {
  return width >= kTilePixels ? 1 : Minimum(height, 49 / width);
}

// Where a row begins in its image, and the floats from one of its blocks of channels to the next.
struct Row {
  int64_t offset;
  int64_t block;
};

// The rows of a map. Between two tiles a division takes long, so maps of one group, or of one row a group, need none.
class Rows {
 public:
  Rows(int64_t height, int64_t width, int64_t channels)
      : height_(height),
        a_group_(RowsAGroup(height, width)),
        of_channels_(width * channels),
        of_block_(width * kBlock) {}

  Row At(int64_t y) const {
    const int64_t first = a_group_ == 1 ? y : a_group_ == height_ ? 0 : y / a_group_ * a_group_;
    return {first * of_channels_ + (y - first) * of_block_, Minimum(a_group_, height_ - first) * of_block_};
  }

 private:
  const int64_t height_;
  const int64_t a_group_;
  const int64_t of_channels_;  // floats of a row, all channels
  const int64_t of_block_;     // and of one block
};

// The channel that stands at `position` where blocks are interleaved for groups of `interleave` channels (cardinal.h).
static inline int64_t ChannelAt(int64_t interleave, int64_t position) {
  if (interleave == 0) return position;
  const int64_t groups = kBlock / interleave;
  const int64_t lane = position % kBlock;
  return position - lane + lane % groups * interleave + lane / groups;
}

// A run of pixels in so many tiles, of sizes that differ by one at most; the larger ones come first.
struct Split {
  int64_t size;
  int64_t larger;

  int64_t Pixels(int64_t tile) const { return size + (tile < larger ? 1 : 0); }
};

static inline Split SplitOf(int64_t pixels, int64_t tiles) { return {pixels / tiles, pixels % tiles}; }

}  // namespace cardinal

#endif  // CARDINAL_LAYOUT_H_
