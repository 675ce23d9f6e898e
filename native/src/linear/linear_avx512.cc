// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "../avx512.h"
#include "../panel.h"
#include "linear.h"

namespace cardinal::linear::avx512 {
namespace {

using namespace cardinal::avx512;

constexpr int kTileImages = 8;

struct Tile {
  const float* input;
  int64_t inputs;
  const float* panel;
  float* output;
  int64_t outputs;
  __mmask32 lanes;  // that are outputs
};

// One panel for a few images. With one image this waits for the weights, not for the multiply-adds.
template <int kImages>
[[gnu::noinline]] void RunTile(const Tile& tile) {
  constexpr int64_t kAheadFloats = 2048;
  const float* panel = tile.panel;
  const float* values = tile.input;
  __m512 sums[kImages][2];
#pragma GCC unroll 8
  for (int image = 0; image < kImages; ++image) {
    sums[image][0] = _mm512_load_ps(panel);
    sums[image][1] = _mm512_load_ps(panel + kBlock);
  }
  panel += kPanel;
#pragma GCC unroll 1
  for (int64_t k = 0; k < tile.inputs; k += 2) {
    Opaque(values);
    Opaque(panel);
#pragma GCC unroll 2
    for (int i = 0; i < 2; ++i) {
      const char* ahead = Address(panel, kAheadFloats + i * kPanel);
      PrefetchL1(ahead);
      PrefetchL1(ahead + 64);
      const __m512 low = _mm512_load_ps(panel + i * kPanel);
      const __m512 high = _mm512_load_ps(panel + i * kPanel + kBlock);
#pragma GCC unroll 8
      for (int image = 0; image < kImages; ++image) {
        const __m512 value = _mm512_set1_ps(values[image * tile.inputs + i]);
        MultiplyAdd(sums[image][0], value, low);
        MultiplyAdd(sums[image][1], value, high);
      }
    }
    values += 2;
    panel += 2 * kPanel;
  }
  const auto low_lanes = static_cast<__mmask16>(tile.lanes);
  const auto high_lanes = static_cast<__mmask16>(tile.lanes >> kBlock);
#pragma GCC unroll 8
  for (int image = 0; image < kImages; ++image) {
    float* output = tile.output + image * tile.outputs;
    _mm512_mask_storeu_ps(output, low_lanes, sums[image][0]);
    if (high_lanes != 0) _mm512_mask_storeu_ps(output + kBlock, high_lanes, sums[image][1]);
  }
}

using TileFunction = void (*)(const Tile&);

// The tile functions by their number of images, less one.
template <int... kIndex>
const TileFunction* Functions(std::integer_sequence<int, kIndex...>) {
  static constexpr TileFunction kFunctions[] = {RunTile<kIndex + 1>...};
  return kFunctions;
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* /*second*/, const float* packed,
         float* output, float* /*scratch*/) {
  const TileFunction* functions = Functions(std::make_integer_sequence<int, kTileImages>{});
  Tile tile;
  tile.inputs = shape.inputs;
  tile.outputs = shape.outputs;
  const Range range = RangeOf(share, CeilingDivide(shape.outputs, kPanel) * shape.batch);
  int64_t images = 0;
  for (int64_t i = range.begin; i < range.end; i += images) {
    const int64_t first = i / shape.batch * kPanel;
    const int64_t image = i % shape.batch;
    images = Minimum(kTileImages, Minimum(shape.batch - image, range.end - i));
    tile.panel = packed + PanelOffset(first, shape.inputs);
    tile.lanes = static_cast<__mmask32>((uint64_t{1} << PanelWidth(shape.outputs, first)) - 1);
    tile.input = input + image * shape.inputs;
    tile.output = output + image * shape.outputs + first;
    functions[images - 1](tile);
  }
}

}  // namespace cardinal::linear::avx512
