// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <cstring>
#include <utility>

#include "../avx512.h"
#include "grouped3x3.h"

namespace cardinal::grouped3x3::avx512 {
namespace {

using namespace cardinal::avx512;

struct Tile {
  const float* rows[3];  // of the three kernel rows, at the tile's first pixel
  int64_t row_block;     // floats from a block of such a row to the next
  int64_t input_blocks;
  const float* packed;
  float* output;
  int64_t output_block;
  const char* next_weights;  // the next tile's weights, of which this one fetches its part,
  int64_t next_weights_step;  // so many bytes further every step (128 at most)
  const char* next_rows[2];   // the input rows that are copied next, at this tile's pixels
  int64_t next_rows_block;    // bytes from a block of such a row to the next
  __mmask16 relu;
};

// Which element goes where between natural channels and lanes; of no use with 16 channels a group.
struct Order {
  alignas(64) int32_t indices[kBlock];
};

constexpr Order MakeOrder(int64_t channels, bool to_lanes) {
  Order order = {};
  for (int64_t i = 0; i < kBlock; ++i) {
    order.indices[i] = static_cast<int32_t>(to_lanes ? ChannelOfLane(channels, i) : LaneOfChannel(channels, i));
  }
  return order;
}

template <int kChannels>
constexpr Order kToLanes = MakeOrder(kChannels, true);
template <int kChannels>
constexpr Order kToChannels = MakeOrder(kChannels, false);

// Channel `channel` of each group of the block at `values`, in the lanes of that group.
template <int kChannels>
[[gnu::always_inline]] inline __m512 Broadcast(const float* values, int channel) {
  if constexpr (kChannels == 4) {
    return _mm512_broadcast_f32x4(_mm_load_ps(values + channel * 4));
  } else if constexpr (kChannels == 8) {
    int64_t pair;
    std::memcpy(&pair, values + channel * 2, sizeof(pair));
    return _mm512_castsi512_ps(_mm512_set1_epi64(pair));
  } else {
    return _mm512_set1_ps(values[channel]);
  }
}

// Pixels of one row x output blocks, all sums in registers. One step is a chunk of channels and a kernel row.
template <int kPixels, int kBlocks, int kChannels, int kStride>
[[gnu::noinline]] void RunTile(const Tile& tile) {
  constexpr int kChunk = kBlocks == 2 ? 2 : 4;
  constexpr int kSteps = kChannels / kChunk * 3;
  constexpr int kLines = (kPixels * kStride + kSteps - 1) / kSteps;
  __m512 sums[kPixels][kBlocks];
  const float* weights = tile.packed;
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) sums[p][b] = _mm512_load_ps(weights + b * kBlock);
  }
  weights += kBlocks * kBlock;
  const char* next_weights = tile.next_weights;
  for (int64_t block = 0; block < tile.input_blocks; ++block) {
    int64_t next_line = block * tile.next_rows_block;
#pragma GCC unroll 1
    for (int begin = 0; begin < kChannels; begin += kChunk) {
#pragma GCC unroll 1
      for (int ky = 0; ky < 3; ++ky) {
        PrefetchL2(next_weights);
        PrefetchL2(next_weights + 64);
        next_weights += tile.next_weights_step;
#pragma GCC unroll 2
        for (int row = 0; row < kStride; ++row) {
          const char* lines = tile.next_rows[row] + next_line;
#pragma GCC unroll 28
          for (int line = 0; line < kLines; ++line) PrefetchL1(lines + line * 64);
        }
        next_line += kLines * 64;
        const float* values = tile.rows[ky] + block * tile.row_block + begin * (kBlock / kChannels);
        Opaque(values);
        Opaque(weights);
        __m512 taps[3][kChunk][kBlocks];
#pragma GCC unroll 3
        for (int kx = 0; kx < 3; ++kx) {
#pragma GCC unroll 4
          for (int channel = 0; channel < kChunk; ++channel) {
#pragma GCC unroll 2
            for (int b = 0; b < kBlocks; ++b) {
              taps[kx][channel][b] = _mm512_load_ps(weights + ((kx * kChunk + channel) * kBlocks + b) * kBlock);
            }
          }
        }
        weights += 3 * kChunk * kBlocks * kBlock;
        // Channel before pixel: the chains of dependent additions stay short.
#pragma GCC unroll 4
        for (int channel = 0; channel < kChunk; ++channel) {
#pragma GCC unroll 32
          for (int x = 0; x < (kPixels - 1) * kStride + 3; ++x) {
            const __m512 value = Broadcast<kChannels>(values + x * kBlock, channel);
#pragma GCC unroll 3
            for (int kx = 2; kx >= 0; --kx) {
              const int p = (x - kx) / kStride;
              if (x < kx || (x - kx) % kStride != 0 || p >= kPixels) continue;
#pragma GCC unroll 2
              for (int b = 0; b < kBlocks; ++b) MultiplyAdd(sums[p][b], value, taps[kx][channel][b]);
            }
          }
        }
      }
    }
  }
  [[maybe_unused]] __m512i natural;
  if constexpr (kChannels < kBlock) natural = _mm512_load_si512(kToChannels<kChannels>.indices);
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) {
      __m512 sum = Relu(tile.relu, sums[p][b]);
      if constexpr (kChannels < kBlock) sum = _mm512_permutexvar_ps(natural, sum);
      _mm512_store_ps(tile.output + b * tile.output_block + p * kBlock, sum);
    }
  }
}

using TileFunction = void (*)(const Tile&);

// The tile functions by their number of pixels, less one.
template <int kBlocks, int kChannels, int kStride, int... kIndex>
const TileFunction* Functions(std::integer_sequence<int, kIndex...>) {
  static constexpr TileFunction kFunctions[] = {RunTile<kIndex + 1, kBlocks, kChannels, kStride>...};
  return kFunctions;
}

// The rows of the group at hand: copied from the image as the output rows need them.
template <int kChannels>
class Rows {
 public:
  Rows(const Shape& shape, float* scratch)
      : shape_(shape),
        blocks_(BlocksOf(shape).input_blocks),
        block_((shape.width + 2) * kBlock),
        row_(blocks_ * block_),
        scratch_(scratch) {
    const __m512 zero = _mm512_setzero_ps();
    for (int64_t block = 0; block < 3 * blocks_; ++block) {
      _mm512_store_ps(scratch + block * block_, zero);
      _mm512_store_ps(scratch + (block + 1) * block_ - kBlock, zero);
    }
    for (int64_t i = 0; i < row_; i += kBlock) _mm512_store_ps(scratch + 3 * row_ + i, zero);
  }

  int64_t block() const { return block_; }

  // Starts with the input blocks from `first` on of an image.
  void Start(const float* image, int64_t first) {
    image_ = image;
    first_ = first;
    copied_ = 0;
  }

  // The three rows of output row y. Input rows 3 * n + i share a place, and no output row needs two of these.
  void Take(int64_t y, const float* rows[3]) {
    const int64_t top = y * shape_.stride - 1;
    while (copied_ < Minimum(top + 3, shape_.height)) Copy(copied_++);
    for (int64_t ky = 0; ky < 3; ++ky) {
      const bool inside = top + ky >= 0 && top + ky < shape_.height;
      rows[ky] = scratch_ + (inside ? (top + ky) % 3 : 3) * row_;
    }
  }

  // The input row that is copied `ahead` rows from now.
  const char* Next(int64_t ahead, int64_t* block) const {
    const Row row = RowAt(shape_.height, shape_.width, shape_.inputs, Minimum(copied_ + ahead, shape_.height - 1));
    *block = row.block * static_cast<int64_t>(sizeof(float));
    return Address(image_, row.offset + first_ * row.block);
  }

 private:
  void Copy(int64_t y) {
    const Row row = RowAt(shape_.height, shape_.width, shape_.inputs, y);
    [[maybe_unused]] const __m512i lanes = _mm512_load_si512(kToLanes<kChannels>.indices);
    for (int64_t block = 0; block < blocks_; ++block) {
      const float* from = image_ + row.offset + (first_ + block) * row.block;
      float* to = scratch_ + y % 3 * row_ + block * block_ + kBlock;
      for (int64_t x = 0; x < shape_.width; ++x) {
        __m512 values = _mm512_load_ps(from + x * kBlock);
        if constexpr (kChannels < kBlock) values = _mm512_permutexvar_ps(lanes, values);
        _mm512_store_ps(to + x * kBlock, values);
      }
    }
  }

  const Shape& shape_;
  const int64_t blocks_;
  const int64_t block_;
  const int64_t row_;
  float* const scratch_;
  const float* image_ = nullptr;
  int64_t first_ = 0;
  int64_t copied_ = 0;
};

template <int kChannels, int kStride>
void RunLayer(const Shape& shape, const float* input, const float* packed, float* output, float* scratch) {
  constexpr std::make_integer_sequence<int, kTilePixels> kPixels{};
  constexpr std::make_integer_sequence<int, kTilePixels / 2> kHalfPixels{};
  const Blocks blocks = BlocksOf(shape);
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  Rows<kChannels> rows(shape, scratch);
  Tile tile;
  tile.row_block = rows.block();
  tile.input_blocks = blocks.input_blocks;
  tile.relu = ReluMask(shape.relu);
  int64_t tile_blocks = 0;
  for (int64_t image = 0; image < shape.batch; ++image) {
    for (int64_t first = 0; first < shape.outputs / kBlock; first += tile_blocks) {
      tile_blocks = TileBlocks(blocks, first);
      const TileFunction* functions = Functions<1, kChannels, kStride>(kPixels);
      int64_t tiles = CeilingDivide(width, kTilePixels);
      if constexpr (kChannels == kBlock) {
        if (tile_blocks == 2) {
          functions = Functions<2, kChannels, kStride>(kHalfPixels);
          tiles = CeilingDivide(width, kTilePixels / 2);
        }
      }
      tile.packed = packed + TileOffset(blocks, first);
      const int64_t bytes = TileOffset(blocks, tile_blocks) * static_cast<int64_t>(sizeof(float));
      const int64_t steps = 3 * blocks.input_blocks * blocks.channels / ChunkChannels(tile_blocks);
      tile.next_weights = reinterpret_cast<const char*>(tile.packed) + bytes;
      tile.next_weights_step = Minimum(128, CeilingDivide(bytes, steps * tiles * height));
      rows.Start(input, first / blocks.output_blocks * blocks.input_blocks);
      for (int64_t y = 0; y < height; ++y) {
        const float* row[3];
        rows.Take(y, row);
        tile.next_rows[0] = rows.Next(0, &tile.next_rows_block);
        tile.next_rows[1] = rows.Next(1, &tile.next_rows_block);
        const Row to = RowAt(height, width, shape.outputs, y);
        tile.output_block = to.block;
        for (int64_t i = 0; i < tiles; ++i) {
          const int64_t x = TileBegin(width, tiles, i);
          const int64_t pixels = TileBegin(width, tiles, i + 1) - x;
          for (int ky = 0; ky < 3; ++ky) tile.rows[ky] = row[ky] + x * kStride * kBlock;
          tile.output = output + to.offset + first * to.block + x * kBlock;
          functions[pixels - 1](tile);
          tile.next_weights += steps * tile.next_weights_step;
          for (const char*& next : tile.next_rows) next += pixels * kStride * kBlock * sizeof(float);
        }
      }
    }
    input += shape.height * shape.width * shape.inputs;
    output += height * width * shape.outputs;
  }
}

template <int kChannels>
void RunLayer(const Shape& shape, const float* input, const float* packed, float* output, float* scratch) {
  if (shape.stride == 1) {
    RunLayer<kChannels, 1>(shape, input, packed, output, scratch);
  } else {
    RunLayer<kChannels, 2>(shape, input, packed, output, scratch);
  }
}

}  // namespace

void Run(const Shape& shape, const float* input, const float* packed, float* output, float* scratch) {
  switch (BlocksOf(shape).channels) {
    case 4:
      return RunLayer<4>(shape, input, packed, output, scratch);
    case 8:
      return RunLayer<8>(shape, input, packed, output, scratch);
    default:
      return RunLayer<16>(shape, input, packed, output, scratch);
  }
}

}  // namespace cardinal::grouped3x3::avx512
