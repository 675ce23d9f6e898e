// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "../avx512.h"
#include "grouped3x3.h"

namespace cardinal::grouped3x3::avx512 {
namespace {

using namespace cardinal::avx512;

// What stands left and right of the image.
alignas(64) constexpr float kZeros[kBlock] = {};

struct Tile {
  const float* rows[3];   // of the kernel's rows, the column of the tile's first pixel; null outside the image
  int64_t row_blocks[3];  // floats from a block of such a row to the next
  bool at_left;           // whether the tile's first or last column of inputs is outside the image
  bool at_right;
  int64_t input_blocks;
  const float* packed;
  float* output;
  int64_t output_block;
  const char* next_weights;    // the next tile's weights, of which this one fetches its part,
  int64_t next_weights_step;   // so many bytes further every step (128 at most)
  const char* next_rows[2];    // the inputs that the tile below this one adds, which it fetches too
  int64_t next_row_blocks[2];  // bytes from a block of such a row to the next
  __mmask16 relu;
};

// For each channel of a group, where the lanes of its group find it in a block.
struct Lanes {
  alignas(64) int32_t indices[kBlock][kBlock];
};

constexpr Lanes MakeLanes(int32_t channels) {
  Lanes lanes = {};
  for (int32_t channel = 0; channel < channels; ++channel) {
    for (int32_t lane = 0; lane < kBlock; ++lane) {
      lanes.indices[channel][lane] = lane / channels * channels + channel;
    }
  }
  return lanes;
}

template <int kChannels>
constexpr Lanes kLanes = MakeLanes(kChannels);

// Channel `channel` of every group in the block at `values`, in the lanes of that group.
template <int kChannels>
[[gnu::always_inline]] inline __m512 Spread(const float* values, [[maybe_unused]] __m512i lanes, int channel) {
  if constexpr (kChannels < kBlock) {
    return _mm512_permutexvar_ps(lanes, _mm512_load_ps(values));
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
  constexpr int kColumns = (kPixels - 1) * kStride + 3;
  __m512 sums[kPixels][kBlocks];
  const float* weights = tile.packed;
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) sums[p][b] = _mm512_load_ps(weights + b * kBlock);
  }
  weights += kBlocks * kBlock;
#pragma GCC unroll 2
  for (int b = 0; b < kBlocks; ++b) {
#pragma GCC unroll 14
    for (int p = 0; p < kPixels; ++p) PrefetchL1(Address(tile.output, b * tile.output_block + p * kBlock));
  }
  const char* next_weights = tile.next_weights;
  for (int64_t block = 0; block < tile.input_blocks; ++block) {
    const char* next_rows[kStride];
#pragma GCC unroll 2
    for (int row = 0; row < kStride; ++row) next_rows[row] = tile.next_rows[row] + block * tile.next_row_blocks[row];
#pragma GCC unroll 1
    for (int begin = 0; begin < kChannels; begin += kChunk) {
#pragma GCC unroll 1
      for (int ky = 0; ky < 3; ++ky) {
        PrefetchL2(next_weights);
        PrefetchL2(next_weights + 64);
        next_weights += tile.next_weights_step;
#pragma GCC unroll 2
        for (int row = 0; row < kStride; ++row) {
#pragma GCC unroll 28
          for (int line = 0; line < kLines; ++line) PrefetchL1(next_rows[row] + line * 64);
          next_rows[row] += kLines * 64;
        }
        const float* values = tile.rows[ky];
        const float* taps_begin = weights;
        weights += 3 * kChunk * kBlocks * kBlock;
        if (values == nullptr) continue;
        values += block * tile.row_blocks[ky];
        const float* left = tile.at_left ? kZeros : values - kBlock;
        const float* right = tile.at_right ? kZeros : values + (kColumns - 2) * kBlock;
        if constexpr (kChannels == kBlock) {
          values += begin;
          left += begin;
          right += begin;
        }
        Opaque(taps_begin);
        __m512 taps[3][kChunk][kBlocks];
#pragma GCC unroll 3
        for (int kx = 0; kx < 3; ++kx) {
#pragma GCC unroll 4
          for (int channel = 0; channel < kChunk; ++channel) {
#pragma GCC unroll 2
            for (int b = 0; b < kBlocks; ++b) {
              taps[kx][channel][b] = _mm512_load_ps(taps_begin + ((kx * kChunk + channel) * kBlocks + b) * kBlock);
            }
          }
        }
        // Channel before pixel: the chains of dependent additions stay short.
#pragma GCC unroll 4
        for (int channel = 0; channel < kChunk; ++channel) {
          [[maybe_unused]] __m512i lanes;
          // Or g++ keeps values of one channel, and indices of one row, for the next.
          Opaque(values);
          Opaque(left);
          Opaque(right);
          if constexpr (kChannels < kBlock) {
            const auto* indices = &kLanes<kChannels>.indices[begin + channel];
            Opaque(indices);
            lanes = _mm512_load_si512(indices);
          }
#pragma GCC unroll 32
          for (int x = 0; x < kColumns; ++x) {
            const float* column = x == 0 ? left : x == kColumns - 1 ? right : values + (x - 1) * kBlock;
            const __m512 value = Spread<kChannels>(column, lanes, channel);
#pragma GCC unroll 3
            for (int kx = 0; kx < 3; ++kx) {
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
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) {
      _mm512_store_ps(tile.output + b * tile.output_block + p * kBlock, Relu(tile.relu, sums[p][b]));
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

// Rows `begin` to `end` of the output blocks from `first` on of one image, a tile's worth of them.
template <int kChannels, int kStride>
void RunBlocks(const Shape& shape, const Blocks& blocks, int64_t first, int64_t begin, int64_t end, const float* input,
               const float* packed, float* output) {
  constexpr int64_t kFloatBytes = sizeof(float);
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const int64_t tile_blocks = TileBlocks(blocks, first);
  const TileFunction* functions = Functions<1, kChannels, kStride>(std::make_integer_sequence<int, kTilePixels>{});
  int64_t tiles = CeilingDivide(width, kTilePixels);
  if constexpr (kChannels == kBlock) {
    if (tile_blocks == 2) {
      functions = Functions<2, kChannels, kStride>(std::make_integer_sequence<int, kTilePixels / 2>{});
      tiles = CeilingDivide(width, kTilePixels / 2);
    }
  }
  const int64_t first_input = first / blocks.output_blocks * blocks.input_blocks;
  const int64_t bytes = TileOffset(blocks, tile_blocks) * kFloatBytes;
  const int64_t steps = 3 * blocks.input_blocks * blocks.channels / ChunkChannels(tile_blocks);
  Tile tile;
  tile.input_blocks = blocks.input_blocks;
  tile.relu = ReluMask(shape.relu);
  tile.packed = packed + TileOffset(blocks, first);
  tile.next_weights = reinterpret_cast<const char*>(tile.packed) + bytes;
  tile.next_weights_step = Minimum(128, CeilingDivide(bytes, steps * tiles * (end - begin)));
  for (int64_t y = begin; y < end; ++y) {
    const float* rows[3];
    for (int64_t ky = 0; ky < 3; ++ky) {
      const int64_t input_y = y * kStride + ky - 1;
      const bool inside = input_y >= 0 && input_y < shape.height;
      const Row row = RowAt(shape.height, shape.width, shape.inputs, inside ? input_y : 0);
      rows[ky] = inside ? input + row.offset + first_input * row.block : nullptr;
      tile.row_blocks[ky] = row.block;
    }
    for (int64_t i = 0; i < kStride; ++i) {
      // After the image's last row, those that the next blocks begin with.
      const int64_t input_y = y * kStride + 2 + i;
      const bool inside = input_y < shape.height;
      const Row row = RowAt(shape.height, shape.width, shape.inputs, inside ? input_y : Minimum(i, shape.height - 1));
      const int64_t block = inside ? first_input : first_input + blocks.input_blocks;
      tile.next_rows[i] = Address(input, row.offset + block * row.block);
      tile.next_row_blocks[i] = row.block * kFloatBytes;
    }
    const Row to = RowAt(height, width, shape.outputs, y);
    tile.output_block = to.block;
    for (int64_t i = 0; i < tiles; ++i) {
      const int64_t x = TileBegin(width, tiles, i);
      const int64_t pixels = TileBegin(width, tiles, i + 1) - x;
      for (int64_t ky = 0; ky < 3; ++ky) {
        tile.rows[ky] = rows[ky] == nullptr ? nullptr : rows[ky] + x * kStride * kBlock;
      }
      tile.at_left = x == 0;
      tile.at_right = (x + pixels - 1) * kStride + 1 >= shape.width;
      tile.output = output + to.offset + first * to.block + x * kBlock;
      functions[pixels - 1](tile);
      tile.next_weights += steps * tile.next_weights_step;
      for (int64_t j = 0; j < kStride; ++j) tile.next_rows[j] += pixels * kStride * kBlock * kFloatBytes;
    }
  }
}

template <int kChannels, int kStride>
void RunLayer(const Shape& shape, const Share& share, const float* input, const float* packed, float* output) {
  const Blocks blocks = BlocksOf(shape);
  const int64_t height = OutputHeight(shape);
  const Work work = WorkOf(shape, share);
  if (work.rows.begin == work.rows.end) return;
  for (int64_t image = work.rows.begin / height; image * height < work.rows.end; ++image) {
    const float* input_image = input + image * (InputFloats(shape) / shape.batch);
    float* output_image = output + image * (OutputFloats(shape) / shape.batch);
    const int64_t begin = Maximum(0, work.rows.begin - image * height);
    const int64_t end = Minimum(height, work.rows.end - image * height);
    for (int64_t tile = work.panels.begin; tile < work.panels.end; ++tile) {
      RunBlocks<kChannels, kStride>(shape, blocks, FirstBlock(blocks, tile), begin, end, input_image, packed,
                                    output_image);
    }
  }
}

template <int kChannels>
void RunLayer(const Shape& shape, const Share& share, const float* input, const float* packed, float* output) {
  if (shape.stride == 1) {
    RunLayer<kChannels, 1>(shape, share, input, packed, output);
  } else {
    RunLayer<kChannels, 2>(shape, share, input, packed, output);
  }
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* packed, float* output,
         float* /*scratch*/) {
  switch (BlocksOf(shape).channels) {
    case 4:
      return RunLayer<4>(shape, share, input, packed, output);
    case 8:
      return RunLayer<8>(shape, share, input, packed, output);
    default:
      return RunLayer<16>(shape, share, input, packed, output);
  }
}

}  // namespace cardinal::grouped3x3::avx512
