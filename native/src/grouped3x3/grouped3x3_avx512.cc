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

// Of a row of the kernel: the column left of the tile, its second column and the one right of it.
struct Columns {
  const float* left;
  const float* values;
  const float* right;
};

struct Tile {
  Columns columns[3];     // of the kernel's rows, in the first block of inputs
  bool inside[3];         // whether such a row is one of the image, else it is skipped
  int64_t row_blocks[3];  // floats from a block of such a row to the next
  int64_t input_blocks;
  const float* packed;
  float* output;
  int64_t output_block;
  const char* next_weights;    // the next tile's weights, of which this one fetches its part,
  int64_t next_weights_step;   // so many bytes further every chunk of channels (six lines at most)
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

// Lines that are fetched in a step: of the next weights, of the rows that the tile below adds, and of the output.
struct Fetches {
  const char* weights;
  const char* rows[2];
  const char* output;
  int64_t output_block;  // bytes
};

// Lines of weights that a step fetches; a step is a chunk of channels in one row of the kernel.
constexpr int kWeightLines = 2;

template <int kPixels, int kBlocks, int kChannels, int kStride>
struct Sizes {
  static constexpr int kChunk = ChunkTurns(kBlocks);
  static constexpr int kSteps = kChannels / kChunk * 3;
  static constexpr int kColumns = (kPixels - 1) * kStride + 3;
  static constexpr int kRowLines = (kPixels * kStride + kSteps - 1) / kSteps;  // of each row
  static constexpr int kOutputLines = (kPixels + kSteps - 1) / kSteps;         // of each block
  static constexpr int kLines = kWeightLines + kStride * kRowLines + kBlocks * kOutputLines;
};

// Fetches line `line` of step `step` behind a change of `sum`.
template <typename S, int kBlocks, int kStride>
[[gnu::always_inline]] inline void Fetch(const Fetches& fetches, int step, int line, __m512& sum) {
  if (line < kWeightLines) {
    return PrefetchL2After(sum, fetches.weights + (step * kWeightLines + line) * 64);
  }
  line -= kWeightLines;
  if (line < kStride * S::kRowLines) {
    return PrefetchL1After(sum, fetches.rows[line % kStride] + (step * S::kRowLines + line / kStride) * 64);
  }
  line -= kStride * S::kRowLines;
  PrefetchL1After(sum, fetches.output + line % kBlocks * fetches.output_block +
                           (step * S::kOutputLines + line / kBlocks) * 64);
}

// Adds row `ky` of the kernel for the turns of a chunk, from turn kFirst on: `values` from the tile's second column on,
// and the columns left and right of them. What is fetched is spread over the multiply-adds.
template <int kPixels, int kBlocks, int kChannels, bool kInterleaved, int kStride, int kFirst>
[[gnu::always_inline]] inline void AddRow(const float* left, const float* values, const float* right,
                                          const float* weights, const Fetches& fetches, int ky,
                                          __m512 (&sums)[kPixels][kBlocks]) {
  using S = Sizes<kPixels, kBlocks, kChannels, kStride>;
  constexpr int kChunk = S::kChunk;
  constexpr int kColumns = S::kColumns;
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
      } else {
        const __m512 value = Spread<kChannels, kInterleaved>(column, lanes, kFirst + turn);
#pragma GCC unroll 3
        for (int kx = 0; kx < 3; ++kx) {
          const int p = (x - kx) / kStride;
          if (x < kx || (x - kx) % kStride != 0 || p >= kPixels) continue;
#pragma GCC unroll 2
          for (int b = 0; b < kBlocks; ++b) MultiplyAdd(sums[p][b], value, taps[kx][turn][b]);
        }
      }
      const int column_number = turn * kColumns + i;
#pragma GCC unroll 32
      for (int line = 0; line < S::kLines; ++line) {
        if (line * kChunk * kColumns / S::kLines != column_number) continue;
        Fetch<S, kBlocks, kStride>(fetches, ky, line, sums[x / kStride < kPixels ? x / kStride : kPixels - 1][0]);
      }
    }
  }
}

// Adds all rows of the kernel for the turns of a chunk, which begin `offset` floats into the columns.
template <int kPixels, int kBlocks, int kChannels, bool kInterleaved, int kStride, int kFirst>
[[gnu::always_inline]] inline void AddChunk(const Tile& tile, const Columns* columns, int64_t offset,
                                            const float* weights, Fetches& fetches,
                                            __m512 (&sums)[kPixels][kBlocks]) {
  using S = Sizes<kPixels, kBlocks, kChannels, kStride>;
  // Or g++ keeps an address for every line; with stride 2 that costs less than to count on.
  if constexpr (kStride == 1) Opaque(fetches.output);
#pragma GCC unroll 3
  for (int ky = 0; ky < 3; ++ky) {
    if (Reread(tile.inside[ky])) {
      AddRow<kPixels, kBlocks, kChannels, kInterleaved, kStride, kFirst>(
          Reread(columns[ky].left) + offset, Reread(columns[ky].values) + offset, Reread(columns[ky].right) + offset,
          weights + ky * 3 * S::kChunk * kBlocks * kBlock, fetches, ky, sums);
    } else {
#pragma GCC unroll 32
      for (int line = 0; line < S::kLines; ++line) Fetch<S, kBlocks, kStride>(fetches, ky, line, sums[0][0]);
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

// The same columns so many floats further; of what is outside the image, there is one block.
Columns Move(const Columns& columns, int64_t floats) {
  return {columns.left == kZeros ? kZeros : columns.left + floats, columns.values + floats,
          columns.right == kZeros ? kZeros : columns.right + floats};
}

// Pixels of one row x output blocks, all sums in registers. A turn is a chunk of channels in all rows of the kernel:
// what is not a multiply-add may take one's port, so there is little of it in a turn.
template <int kPixels, int kBlocks, int kChannels, bool kInterleaved, int kStride>
[[gnu::noinline]] void RunTile(const Tile& tile) {
  using S = Sizes<kPixels, kBlocks, kChannels, kStride>;
  constexpr int kChunkFloats = 3 * 3 * S::kChunk * kBlocks * kBlock;
  __m512 sums[kPixels][kBlocks];
  const float* weights = tile.packed;
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int b = 0; b < kBlocks; ++b) sums[p][b] = _mm512_load_ps(weights + b * kBlock);
  }
  weights += kBlocks * kBlock;
  Fetches fetches;
  fetches.weights = tile.next_weights;
  fetches.output_block = tile.output_block * static_cast<int64_t>(sizeof(float));
  const Columns* columns = tile.columns;
  Columns moved[3];
  for (int64_t block = 0; block < Reread(tile.input_blocks); ++block) {
    if (block > 0) {
      for (int ky = 0; ky < 3; ++ky) moved[ky] = Move(tile.columns[ky], block * tile.row_blocks[ky]);
      columns = moved;
    }
#pragma GCC unroll 2
    for (int row = 0; row < kStride; ++row) {
      fetches.rows[row] = tile.next_rows[row] + block * tile.next_row_blocks[row];
    }
    // Beyond the tile's own lines, the next tile's follow.
    fetches.output = Address(tile.output, 0);
    const auto advance = [&]() {
      weights += kChunkFloats;
      fetches.weights += Reread(tile.next_weights_step);
#pragma GCC unroll 2
      for (int row = 0; row < kStride; ++row) fetches.rows[row] += 3 * S::kRowLines * 64;
      fetches.output += 3 * S::kOutputLines * 64;
    };
    if constexpr (kChannels == 8 && !kInterleaved) {
      AddChunk<kPixels, kBlocks, kChannels, kInterleaved, kStride, 0>(tile, columns, 0, weights, fetches, sums);
      advance();
      AddChunk<kPixels, kBlocks, kChannels, kInterleaved, kStride, 4>(tile, columns, 0, weights, fetches, sums);
      advance();
    } else {
      constexpr bool kMoves = kChannels == kBlock || kInterleaved;
#pragma GCC unroll 1
      for (int64_t begin = 0; begin < kChannels; begin += S::kChunk) {
        AddChunk<kPixels, kBlocks, kChannels, kInterleaved, kStride, 0>(
            tile, columns, kMoves ? begin * (kBlock / kChannels) : 0, weights, fetches, sums);
        advance();
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
  const int64_t width = OutputWidth(shape);
  const Rows input_rows(shape.height, shape.width, shape.inputs);
  const Rows output_rows(OutputHeight(shape), width, shape.outputs);
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
  const int64_t chunks = blocks.input_blocks * blocks.channels / ChunkTurns(tile_blocks);
  const Split split = SplitOf(width, tiles);
  Tile tile;
  tile.input_blocks = blocks.input_blocks;
  tile.relu = shape.relu;
  tile.packed = packed + TileOffset(blocks, first);
  tile.next_weights = reinterpret_cast<const char*>(tile.packed) + bytes;
  tile.next_weights_step = Minimum(3 * kWeightLines * 64, CeilingDivide(bytes, chunks * tiles * (end - begin)));
  const int64_t weights_a_tile = chunks * tile.next_weights_step;
  // The rows of inputs that are read.
  const int64_t first_y = Maximum(0, begin * kStride - 1);
  const int64_t last_y = Minimum(shape.height - 1, (end - 1) * kStride + 1);
  for (int64_t y = begin; y < end; ++y) {
    for (int64_t ky = 0; ky < 3; ++ky) {
      const int64_t input_y = y * kStride + ky - 1;
      tile.inside[ky] = input_y >= 0 && input_y < shape.height;
      const Row row = input_rows.At(tile.inside[ky] ? input_y : 0);
      tile.columns[ky] = {kZeros, input + row.offset + first_input * row.block, nullptr};
      tile.row_blocks[ky] = row.block;
    }
    for (int64_t i = 0; i < kStride; ++i) {
      // After the last row, those that the next blocks begin with.
      const int64_t next_y = y * kStride + 2 + i;
      const bool is_next = next_y > last_y;
      const Row row = input_rows.At(is_next ? Minimum(first_y + next_y - last_y - 1, last_y) : next_y);
      const int64_t block = is_next ? first_input + blocks.input_blocks : first_input;
      tile.next_rows[i] = Address(input, row.offset + block * row.block);
      tile.next_row_blocks[i] = row.block * kFloatBytes;
    }
    const Row to = output_rows.At(y);
    tile.output_block = to.block;
    tile.output = output + to.offset + first * to.block;
    int64_t x = 0;
    for (int64_t i = 0; i < tiles; ++i) {
      const int64_t pixels = split.Pixels(i);
      const int64_t floats = pixels * kStride * kBlock;
      x += pixels;
      const bool at_right = (x - 1) * kStride + 1 >= shape.width;
      for (Columns& columns : tile.columns) {
        columns.right = at_right ? kZeros : columns.values + floats - (kStride - 1) * kBlock;
      }
      functions[pixels - 1](tile);
      for (Columns& columns : tile.columns) {
        columns.values += floats;
        columns.left = columns.values - kBlock;
      }
      tile.output += pixels * kBlock;
      tile.next_weights += weights_a_tile;
      for (int64_t j = 0; j < kStride; ++j) tile.next_rows[j] += floats * kFloatBytes;
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
      const int64_t first = FirstBlock(blocks, tile);
      RunBlocks<kChannels, kInterleaved, kStride>(shape, blocks, first, begin, end, input_image, packed, output_image);
    }
  }
}

template <int kChannels, bool kInterleaved>
void RunLayer(const Shape& shape, const Share& share, const float* input, const float* packed, float* output) {
  const auto run = shape.stride == 1 ? RunLayer<kChannels, kInterleaved, 1> : RunLayer<kChannels, kInterleaved, 2>;
  run(shape, share, input, packed, output);
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* /*scratch*/) {
  const bool interleaved = IsInterleaved(shape);
  const int64_t channels = BlocksOf(shape).channels;
  const auto run = channels == 4   ? interleaved ? RunLayer<4, true> : RunLayer<4, false>
                   : channels == 8 ? interleaved ? RunLayer<8, true> : RunLayer<8, false>
                                   : RunLayer<kBlock, false>;
  run(shape, share, input, packed, output);
}

}  // namespace cardinal::grouped3x3::avx512
