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
  bool relu;
};

// Where lane `lane` of a vector of two groups finds its input, for a turn of 8 channels.
struct Lanes {
  alignas(64) int32_t indices[8][kBlock];
};

constexpr Lanes MakeLanes() {
  Lanes lanes = {};
  for (int32_t turn = 0; turn < 8; ++turn) {
    for (int32_t lane = 0; lane < kBlock; ++lane) {
      lanes.indices[turn][lane] = static_cast<int32_t>(InputLane(8, false, turn, lane));
    }
  }
  return lanes;
}

constexpr Lanes kLanes = MakeLanes();

// The inputs of turn `turn` in a column, each in its lane (layout in grouped3x3.h). On Zen 4, what stays within four
// lanes is free beside the multiply-adds; what crosses them is so for every second one.
template <int kChannels, bool kInterleaved>
[[gnu::always_inline]] inline __m512 Spread(const float* column, [[maybe_unused]] __m512i lanes, int turn) {
  if constexpr (kChannels == kBlock) return _mm512_set1_ps(column[turn]);
  if constexpr (kInterleaved && kChannels == 4) return _mm512_broadcast_f32x4(_mm_load_ps(column + 4 * turn));
  if constexpr (kInterleaved && kChannels == 8) {
    return _mm512_castpd_ps(_mm512_broadcastsd_pd(_mm_load_sd(reinterpret_cast<const double*>(column + 2 * turn))));
  }
  const __m512 block = _mm512_load_ps(column);
  if (kChannels == 8 && turn % 2 == 1) return _mm512_permutexvar_ps(lanes, block);
  switch (kChannels == 8 ? turn / 2 : turn) {
    case 0:
      return block;
    case 1:
      return _mm512_permute_ps(block, 0xb1);
    case 2:
      return _mm512_permute_ps(block, 0x4e);
    default:
      return _mm512_permute_ps(block, 0x1b);
  }
}

// Adds a row of the kernel for the turns of a chunk, from turn kFirst on: `values` from the tile's second column on, and
// the columns left and right of them.
template <int kPixels, int kBlocks, int kChannels, bool kInterleaved, int kStride, int kFirst>
[[gnu::always_inline]] inline void AddRow(const float* left, const float* values, const float* right,
                                          const float* weights, __m512 (&sums)[kPixels][kBlocks]) {
  constexpr int kChunk = kBlocks == 2 ? 2 : 4;
  constexpr int kColumns = (kPixels - 1) * kStride + 3;
  __m512 taps[3][kChunk][kBlocks];
#pragma GCC unroll 3
  for (int kx = 0; kx < 3; ++kx) {
#pragma GCC unroll 4
    for (int turn = 0; turn < kChunk; ++turn) {
#pragma GCC unroll 2
      for (int b = 0; b < kBlocks; ++b) {
        taps[kx][turn][b] = _mm512_load_ps(weights + ((kx * kChunk + turn) * kBlocks + b) * kBlock);
      }
    }
  }
  // Turn before pixel: the chains of dependent additions stay short.
#pragma GCC unroll 4
  for (int turn = 0; turn < kChunk; ++turn) {
    // Or g++ keeps values of one turn, and indices of one row, for the next.
    Opaque(values);
    Opaque(left);
    Opaque(right);
    __m512i lanes = __m512i();
    if constexpr (kChannels == 8 && !kInterleaved) {
      const auto* indices = &kLanes.indices[kFirst + turn];
      Opaque(indices);
      lanes = _mm512_load_si512(indices);
    }
    // With stride 2, even columns before odd ones.
#pragma GCC unroll 32
    for (int i = 0; i < kColumns; ++i) {
      const int x = kStride == 1 ? i : i <= kPixels ? 2 * i : 2 * (i - kPixels) - 1;
      const float* column = x == 0 ? left : x == kColumns - 1 ? right : values + (x - 1) * kBlock;
      if (kStride == 2 && kBlocks == 1 && x % 2 == 1) {
        // Used once: by the pixel that it is the middle of.
        __m512& sum = sums[x / 2][0];
        const __m512 tap = taps[1][turn][0];
        if constexpr (kChannels == kBlock) {
          MultiplyAddOne(sum, column[turn], tap);
        } else if (!kInterleaved && kFirst + turn == 0) {
          MultiplyAddMemory(sum, column, tap);
        } else {
          MultiplyAdd(sum, Spread<kChannels, kInterleaved>(column, lanes, kFirst + turn), tap);
        }
        continue;
      }
      const __m512 value = Spread<kChannels, kInterleaved>(column, lanes, kFirst + turn);
#pragma GCC unroll 3
      for (int kx = 0; kx < 3; ++kx) {
        const int p = (x - kx) / kStride;
        if (x < kx || (x - kx) % kStride != 0 || p >= kPixels) continue;
#pragma GCC unroll 2
        for (int b = 0; b < kBlocks; ++b) MultiplyAdd(sums[p][b], value, taps[kx][turn][b]);
      }
    }
  }
}

template <bool kRelu, int kPixels, int kBlocks>
[[gnu::always_inline]] inline void Store(const __m512 (&sums)[kPixels][kBlocks], float* output, int64_t output_block) {
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) {
      __m512 sum = sums[p][b];
      if constexpr (kRelu) sum = Relu(0xffff, sum);
      _mm512_store_ps(output + b * output_block + p * kBlock, sum);
    }
  }
}

// Pixels of one row x output blocks, all sums in registers. One step is a chunk of channels and a kernel row.
template <int kPixels, int kBlocks, int kChannels, bool kInterleaved, int kStride>
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
        // The lines that the end of the tile writes: a third of them in each of the first steps.
        if (block == 0 && begin == 0) {
          constexpr int kThird = (kPixels + 2) / 3;
          const char* lines = Address(tile.output, ky * kThird * kBlock);
#pragma GCC unroll 2
          for (int b = 0; b < kBlocks; ++b) {
#pragma GCC unroll 5
            for (int line = 0; line < kThird; ++line) PrefetchL1(lines + line * 64);
            lines += tile.output_block * static_cast<int64_t>(sizeof(float));
          }
        }
#pragma GCC unroll 2
        for (int row = 0; row < kStride; ++row) {
#pragma GCC unroll 28
          for (int line = 0; line < kLines; ++line) PrefetchL1(next_rows[row] + line * 64);
          next_rows[row] += kLines * 64;
        }
        const float* values = tile.rows[ky];
        const float* taps = weights;
        weights += 3 * kChunk * kBlocks * kBlock;
        if (values == nullptr) continue;
        values += block * tile.row_blocks[ky];
        const float* left = tile.at_left ? kZeros : values - kBlock;
        const float* right = tile.at_right ? kZeros : values + (kColumns - 2) * kBlock;
        if constexpr (kChannels == kBlock || kInterleaved) {
          values += begin * (kBlock / kChannels);
          left += begin * (kBlock / kChannels);
          right += begin * (kBlock / kChannels);
        }
        Opaque(taps);
        if (kChannels == 8 && !kInterleaved && begin > 0) {
          AddRow<kPixels, kBlocks, kChannels, kInterleaved, kStride, 4>(left, values, right, taps, sums);
        } else {
          AddRow<kPixels, kBlocks, kChannels, kInterleaved, kStride, 0>(left, values, right, taps, sums);
        }
      }
    }
  }
  // Without masks, which take longer at the end of so short a tile.
  if (tile.relu) {
    Store<true>(sums, tile.output, tile.output_block);
  } else {
    Store<false>(sums, tile.output, tile.output_block);
  }
}

using TileFunction = void (*)(const Tile&);

// The tile functions by their number of pixels, less one.
template <int kBlocks, int kChannels, bool kInterleaved, int kStride, int... kIndex>
const TileFunction* Functions(std::integer_sequence<int, kIndex...>) {
  static constexpr TileFunction kFunctions[] = {RunTile<kIndex + 1, kBlocks, kChannels, kInterleaved, kStride>...};
  return kFunctions;
}

// Rows `begin` to `end` of the output blocks from `first` on of one image, a tile's worth of them.
template <int kChannels, bool kInterleaved, int kStride>
void RunBlocks(const Shape& shape, const Blocks& blocks, int64_t first, int64_t begin, int64_t end, const float* input,
               const float* packed, float* output) {
  constexpr int64_t kFloatBytes = sizeof(float);
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const int64_t tile_blocks = TileBlocks(blocks, first);
  const TileFunction* functions =
      Functions<1, kChannels, kInterleaved, kStride>(std::make_integer_sequence<int, kTilePixels>{});
  int64_t tiles = CeilingDivide(width, kTilePixels);
  if constexpr (kChannels == kBlock) {
    if (tile_blocks == 2) {
      functions = Functions<2, kChannels, kInterleaved, kStride>(std::make_integer_sequence<int, kTilePixels / 2>{});
      tiles = CeilingDivide(width, kTilePixels / 2);
    }
  }
  const int64_t first_input = first / blocks.output_blocks * blocks.input_blocks;
  const int64_t bytes = TileOffset(blocks, tile_blocks) * kFloatBytes;
  const int64_t steps = 3 * blocks.input_blocks * blocks.channels / ChunkTurns(tile_blocks);
  Tile tile;
  tile.input_blocks = blocks.input_blocks;
  tile.relu = shape.relu;
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

template <int kChannels, bool kInterleaved, int kStride>
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
      RunBlocks<kChannels, kInterleaved, kStride>(shape, blocks, FirstBlock(blocks, tile), begin, end, input_image, packed,
                                    output_image);
    }
  }
}

template <int kChannels, bool kInterleaved>
void RunLayer(const Shape& shape, const Share& share, const float* input, const float* packed, float* output) {
  if (shape.stride == 1) {
    RunLayer<kChannels, kInterleaved, 1>(shape, share, input, packed, output);
  } else {
    RunLayer<kChannels, kInterleaved, 2>(shape, share, input, packed, output);
  }
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* /*scratch*/) {
  const bool interleaved = IsInterleaved(shape);
  switch (BlocksOf(shape).channels) {
    case 4:
      return interleaved ? RunLayer<4, true>(shape, share, input, packed, output)
                         : RunLayer<4, false>(shape, share, input, packed, output);
    case 8:
      return interleaved ? RunLayer<8, true>(shape, share, input, packed, output)
                         : RunLayer<8, false>(shape, share, input, packed, output);
    default:
      return RunLayer<kBlock, false>(shape, share, input, packed, output);
  }
}

}  // namespace cardinal::grouped3x3::avx512
