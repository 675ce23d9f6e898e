// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <cstring>
#include <utility>

#include "../avx512.h"
#include "../panel.h"
#include "stem.h"

namespace cardinal::stem::avx512 {
namespace {

using namespace cardinal::avx512;

constexpr int64_t kMostRows = 7;

struct Tile {
  const float* rows[kMostRows];  // of the kernel's rows, at the tile's first pixel
  int64_t kernel;
  const float* panel;
  float* output;
  int64_t output_block;
  __mmask16 relu;
};

// Pixels x vectors of 16 outputs, all sums in registers. A row of the kernel is kernel * 3 contiguous floats.
template <int kPixels, int kVectors, int kStride>
[[gnu::noinline]] void RunTile(const Tile& tile) {
  const float* panel = tile.panel;
  __m512 sums[kPixels][kVectors];
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) sums[p][v] = _mm512_load_ps(panel + v * kBlock);
  }
  panel += kVectors * kBlock;
  for (int64_t ky = 0; ky < tile.kernel; ++ky) {
    const float* values = tile.rows[ky];
    // The lines that the end of the tile writes, five pixels a row of the kernel.
    if (ky < (kPixels + 4) / 5) {
      const char* lines = Address(tile.output, 5 * ky * kBlock);
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) {
#pragma GCC unroll 5
        for (int line = 0; line < 5; ++line) PrefetchL1(lines + line * 64);
        lines += tile.output_block * static_cast<int64_t>(sizeof(float));
      }
    }
#pragma GCC unroll 1
    for (int64_t kx = 0; kx < tile.kernel; ++kx) {
      Opaque(values);
      Opaque(panel);
#pragma GCC unroll 3
      for (int k = 0; k < kColours; ++k) {
        __m512 weights[kVectors];
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) weights[v] = _mm512_load_ps(panel + (k * kVectors + v) * kBlock);
#pragma GCC unroll 14
        for (int p = 0; p < kPixels; ++p) {
          const __m512 value = _mm512_set1_ps(values[p * kStride * kColours + k]);
#pragma GCC unroll 2
          for (int v = 0; v < kVectors; ++v) MultiplyAdd(sums[p][v], value, weights[v]);
        }
      }
      values += kColours;
      panel += kColours * kVectors * kBlock;
    }
  }
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      _mm512_store_ps(tile.output + v * tile.output_block + p * kBlock, Relu(tile.relu, sums[p][v]));
    }
  }
}

using TileFunction = void (*)(const Tile&);

// The tile functions by their number of pixels, less one.
template <int kVectors, int kStride, int... kIndex>
const TileFunction* Functions(std::integer_sequence<int, kIndex...>) {
  static constexpr TileFunction kFunctions[] = {RunTile<kIndex + 1, kVectors, kStride>...};
  return kFunctions;
}

const TileFunction* Functions(int64_t panel_width, int64_t stride) {
  constexpr std::make_integer_sequence<int, kTilePixels> kPixels{};
  if (panel_width == kPanel) return stride == 1 ? Functions<2, 1>(kPixels) : Functions<2, 2>(kPixels);
  return stride == 1 ? Functions<1, 1>(kPixels) : Functions<1, 2>(kPixels);
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* scratch) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const int64_t row = ScratchFloats(shape) / (shape.kernel + 1);
  const float* zeros = scratch + shape.kernel * row;
  std::memset(scratch, 0, static_cast<size_t>(ScratchFloats(shape)) * sizeof(float));
  const int64_t tiles = CeilingDivide(width, kTilePixels);
  const Split split = SplitOf(width, tiles);
  Tile tile;
  tile.kernel = shape.kernel;
  tile.relu = ReluMask(shape.relu);
  const Range range = RangeOf(share, shape.batch * height);
  for (int64_t image = range.begin / height; image * height < range.end; ++image) {
    const float* input_image = input + image * shape.height * shape.width * kColours;
    float* output_image = output + image * height * width * shape.outputs;
    const int64_t begin = Maximum(0, range.begin - image * height);
    const int64_t end = Minimum(height, range.end - image * height);
    int64_t copied = Maximum(0, begin * shape.stride - shape.padding);
    for (int64_t y = begin; y < end; ++y) {
      const int64_t top = y * shape.stride - shape.padding;
      for (; copied < Minimum(top + shape.kernel, shape.height); ++copied) {
        std::memcpy(scratch + copied % shape.kernel * row + shape.padding * kColours,
                    input_image + copied * shape.width * kColours,
                    static_cast<size_t>(shape.width * kColours) * sizeof(float));
      }
      const float* rows[kMostRows];
      for (int64_t ky = 0; ky < shape.kernel; ++ky) {
        const bool inside = top + ky >= 0 && top + ky < shape.height;
        rows[ky] = inside ? scratch + (top + ky) % shape.kernel * row : zeros;
      }
      const Row to = Rows(height, width, shape.outputs).At(y);
      tile.output_block = to.block;
      for (int64_t first = 0; first < shape.outputs; first += kPanel) {
        const TileFunction* functions = Functions(PanelWidth(shape.outputs, first), shape.stride);
        tile.panel = packed + PanelOffset(first, Depth(shape));
        int64_t x = 0;
        for (int64_t i = 0; i < tiles; ++i) {
          const int64_t pixels = split.Pixels(i);
          for (int64_t ky = 0; ky < shape.kernel; ++ky) tile.rows[ky] = rows[ky] + x * shape.stride * kColours;
          tile.output = output_image + to.offset + first / kBlock * to.block + x * kBlock;
          functions[pixels - 1](tile);
          x += pixels;
        }
      }
    }
  }
}

}  // namespace cardinal::stem::avx512
