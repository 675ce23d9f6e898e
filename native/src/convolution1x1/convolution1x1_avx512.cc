// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "../avx512.h"
#include "../panel.h"
#include "convolution1x1.h"

namespace cardinal::convolution1x1::avx512 {
namespace {

using namespace cardinal::avx512;

struct Tile {
  const float* input;
  int64_t input_block;
  int64_t blocks;
  const float* panel;
  float* output;
  int64_t output_block;
  const char* prefetch;   // the next panel, of which this tile fetches its part,
  int64_t prefetch_step;  // so many bytes further every two inputs
  int64_t next_input;     // bytes from this tile's input to the next one's, which it fetches too
  __mmask16 relu;
};

// Pixels x vectors of 16 outputs, all sums in registers.
template <int kPixels, int kVectors, bool kResidual>
[[gnu::noinline]] void RunTile(const Tile& tile) {
  const float* panel = tile.panel;
  const float* input = tile.input;
  const char* prefetch = tile.prefetch;
  __m512 sums[kPixels][kVectors];
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) sums[p][v] = _mm512_load_ps(panel + v * kBlock);
  }
  panel += kVectors * kBlock;
  for (int64_t block = 0; block < tile.blocks; ++block) {
    // The lines that the end of the tile reads or writes: four pixels a block rather than all at once.
    if (block < (kPixels + 3) / 4) {
      const char* lines = Address(tile.output, 4 * block * kBlock);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
#pragma GCC unroll 4
        for (int line = 0; line < 4; ++line) PrefetchL1(lines + line * 64);
        lines += tile.output_block * static_cast<int64_t>(sizeof(float));
      }
    }
    const float* values = input;
    const char* next_input = Address(input, 0) + tile.next_input;
    // Two inputs a turn: longer turns are slower where the weights come from L3.
#pragma GCC unroll 1
    for (int turn = 0; turn < kBlock / 2; ++turn) {
      PrefetchL2(prefetch);
      PrefetchL2(next_input);
      PrefetchL2(next_input + 64);
      next_input += 128;
      prefetch += tile.prefetch_step;
      Opaque(values);
      Opaque(panel);
#pragma GCC unroll 2
      for (int k = 0; k < 2; ++k) {
        __m512 weights[kVectors];
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) weights[v] = _mm512_load_ps(panel + (k * kVectors + v) * kBlock);
#pragma GCC unroll 14
        for (int p = 0; p < kPixels; ++p) {
          const __m512 value = _mm512_set1_ps(values[p * kBlock + k]);
#pragma GCC unroll 2
          for (int v = 0; v < kVectors; ++v) MultiplyAdd(sums[p][v], value, weights[v]);
        }
      }
      values += 2;
      panel += 2 * kVectors * kBlock;
    }
    input += tile.input_block;
  }
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      float* output = tile.output + v * tile.output_block + p * kBlock;
      __m512 sum = sums[p][v];
      if constexpr (kResidual) sum = _mm512_add_ps(sum, _mm512_load_ps(output));
      _mm512_store_ps(output, Relu(tile.relu, sum));
    }
  }
}

using TileFunction = void (*)(const Tile&);

// The tile functions by their number of pixels, less one.
template <int kVectors, bool kResidual, int... kIndex>
const TileFunction* Functions(std::integer_sequence<int, kIndex...>) {
  static constexpr TileFunction kFunctions[] = {RunTile<kIndex + 1, kVectors, kResidual>...};
  return kFunctions;
}

const TileFunction* Functions(int64_t panel_width, bool residual) {
  constexpr std::make_integer_sequence<int, kTilePixels> kPixels{};
  if (panel_width == kPanel) return residual ? Functions<2, true>(kPixels) : Functions<2, false>(kPixels);
  return residual ? Functions<1, true>(kPixels) : Functions<1, false>(kPixels);
}

// Copies the even pixels of the even rows that are output rows `begin` to `end` of an image, a whole row group.
void Gather(const Shape& shape, const float* image, int64_t begin, int64_t end, float* group) {
  const int64_t width = OutputWidth(shape);
  const int64_t block = (end - begin) * width * kBlock;
  for (int64_t y = begin; y < end; ++y) {
    const Row from = RowAt(shape.height, shape.width, shape.inputs, 2 * y);
    for (int64_t b = 0; b < shape.inputs / kBlock; ++b) {
      const float* in = image + from.offset + b * from.block;
      float* out = group + b * block + (y - begin) * width * kBlock;
      for (int64_t x = 0; x < width; ++x) _mm512_store_ps(out + x * kBlock, _mm512_load_ps(in + 2 * x * kBlock));
    }
  }
}

// A row group: where it is in the input (or, gathered, in the scratch memory) and in the output.
struct Group {
  const float* input;
  float* output;
  int64_t pixels;
};

class Groups {
 public:
  Groups(const Shape& shape, const float* input, float* output, float* scratch)
      : shape_(shape),
        height_(OutputHeight(shape)),
        width_(OutputWidth(shape)),
        rows_(RowsAGroup(height_, width_)),
        an_image_(CeilingDivide(height_, rows_)),
        input_(input),
        output_(output),
        scratch_(scratch) {}

  // Group `index`, in a chunk that begins with group `begin`.
  Group At(int64_t begin, int64_t index) const {
    const int64_t pixel = FirstPixel(index);
    const int64_t pixels = Rows(index) * width_;
    const float* input = shape_.stride == 1 ? input_ + pixel * shape_.inputs
                                            : scratch_ + (pixel - FirstPixel(begin)) * shape_.inputs;
    return {input, output_ + pixel * shape_.outputs, pixels};
  }

  void GatherChunk(int64_t begin, int64_t end) const {
    for (int64_t index = begin; index < end; ++index) {
      const float* image = input_ + index / an_image_ * shape_.height * shape_.width * shape_.inputs;
      const int64_t row = index % an_image_ * rows_;
      Gather(shape_, image, row, row + Rows(index),
             scratch_ + (FirstPixel(index) - FirstPixel(begin)) * shape_.inputs);
    }
  }

  int64_t Tiles(int64_t begin, int64_t end) const {
    int64_t tiles = 0;
    for (int64_t index = begin; index < end; ++index) tiles += CeilingDivide(Rows(index) * width_, kTilePixels);
    return tiles;
  }

 private:
  int64_t FirstPixel(int64_t index) const {
    return (index / an_image_ * height_ + index % an_image_ * rows_) * width_;
  }
  int64_t Rows(int64_t index) const { return Minimum(rows_, height_ - index % an_image_ * rows_); }

  const Shape& shape_;
  const int64_t height_;
  const int64_t width_;
  const int64_t rows_;
  const int64_t an_image_;
  const float* const input_;
  float* const output_;
  float* const scratch_;
};

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* packed, float* output,
         float* scratch) {
  const Groups groups(shape, input, output, scratch);
  const Work work = WorkOf(shape, share);
  const int64_t size = work.rows.end - work.rows.begin;
  if (size == 0 || work.panels.begin == work.panels.end) return;
  // At most what the scratch memory is made for.
  const int64_t chunk = CeilingDivide(size, CeilingDivide(size, GroupsAChunk(shape)));
  const int64_t outputs_begin = work.panels.begin * kPanel;
  const int64_t outputs_end = Minimum(shape.outputs, work.panels.end * kPanel);
  Tile tile;
  tile.blocks = shape.inputs / kBlock;
  tile.relu = ReluMask(shape.relu);
  for (int64_t begin = work.rows.begin; begin < work.rows.end; begin += chunk) {
    const int64_t end = Minimum(work.rows.end, begin + chunk);
    if (shape.stride == 2) groups.GatherChunk(begin, end);
    // A panel of two vectors is 4 x 64 bytes for every two inputs; the tiles of a chunk, but 16 at most, fetch it
    // together.
    const int64_t sharing = Maximum(4, Minimum(16, groups.Tiles(begin, end)));
    const int64_t step = CeilingDivide(256, sharing);
    for (int64_t first = outputs_begin; first < outputs_end; first += kPanel) {
      const int64_t panel_width = PanelWidth(shape.outputs, first);
      const TileFunction* functions = Functions(panel_width, shape.residual);
      tile.panel = packed + PanelOffset(first, shape.inputs);
      // After the last panel the first one comes again; after the last chunk, the next layer of the network.
      int64_t next_panel = first + panel_width;
      if (next_panel == outputs_end) next_panel = end < work.rows.end ? outputs_begin : shape.outputs;
      const char* next = Address(packed, PanelOffset(next_panel, shape.inputs));
      int64_t count = 0;
      for (int64_t index = begin; index < end; ++index) {
        const Group group = groups.At(begin, index);
        tile.input_block = group.pixels * kBlock;
        tile.output_block = group.pixels * kBlock;
        const int64_t tiles = CeilingDivide(group.pixels, kTilePixels);
        for (int64_t i = 0; i < tiles; ++i, ++count) {
          const int64_t pixel = TileBegin(group.pixels, tiles, i);
          tile.input = group.input + pixel * kBlock;
          tile.output = group.output + first * group.pixels + pixel * kBlock;
          const bool fetches = count < sharing;
          tile.prefetch = fetches ? next + count * step * (shape.inputs / 2) : Address(packed, 0);
          tile.prefetch_step = fetches ? step : 0;
          const int64_t next_pixel = TileBegin(group.pixels, tiles, i + 1);
          if (first == outputs_begin) {
            // Later panels find the inputs in L2. The next group stands behind this one.
            const int64_t floats =
                i + 1 < tiles ? (next_pixel - pixel) * kBlock : group.pixels * shape.inputs - pixel * kBlock;
            tile.next_input = floats * static_cast<int64_t>(sizeof(float));
          } else {
            tile.next_input = 0;
          }
          functions[next_pixel - pixel - 1](tile);
        }
      }
    }
  }
}

}  // namespace cardinal::convolution1x1::avx512
