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
  const float* second;    // the second input, which comes after
  int64_t first_blocks;   // so many blocks of the first one
  int64_t blocks;         // of both
  int64_t input_block;
  const float* bias;
  const float* panel;
  float* output;
  int64_t output_block;
  const char* prefetch;   // the next panel, of which this tile fetches its part,
  int64_t prefetch_step;  // so many bytes further every block
  int64_t next_input;     // bytes from this tile's input to the next one's, which it fetches too,
  int64_t next_second;    // and the same of the second input
  __mmask16 relu;
};

// Pixels x vectors of 16 outputs, all sums in registers. A block of inputs is a turn. Whatever is not a multiply-add
// may take one's port: so a turn is long, and what it fetches is spread over it.
template <int kPixels, int kVectors, bool kResidual>
[[gnu::noinline]] void RunTile(const Tile& tile) {
  const float* panel = tile.panel;
  const float* input = tile.input;
  int64_t next = tile.next_input;
  const char* prefetch = tile.prefetch;
  __m512 sums[kPixels][kVectors];
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) sums[p][v] = _mm512_load_ps(tile.bias + v * kBlock);
  }
  for (int64_t block = 0; block < Reread(tile.blocks); ++block) {
    // The lines that the end of the tile reads or writes, four pixels a turn; after those, what is there already.
    const bool writes = block < (kPixels + 3) / 4;
    const char* lines[2] = {Address(input, 0), Address(input, 0)};
    if (writes) {
      lines[0] = Address(Reread(tile.output), 4 * block * kBlock);
      lines[1] = lines[0] + Reread(tile.output_block) * static_cast<int64_t>(sizeof(float));
    }
    const char* next_input = Address(input, 0) + next;
    const float* values = input;
    // Or g++ keeps an address for every pixel.
    Opaque(values);
    Opaque(panel);
    Opaque(prefetch);
#pragma GCC unroll 16
    for (int k = 0; k < kBlock; ++k) {
      __m512 weights[kVectors];
#pragma GCC unroll 2
      for (int v = 0; v < kVectors; ++v) weights[v] = _mm512_load_ps(panel + (k * kVectors + v) * kBlock);
#pragma GCC unroll 14
      for (int p = 0; p < kPixels; ++p) {
        const __m512 value = _mm512_set1_ps(values[p * kBlock + k]);
#pragma GCC unroll 2
        for (int v = 0; v < kVectors; ++v) MultiplyAdd(sums[p][v], value, weights[v]);
        if (p == 0 && k % 2 == 1 && k / 8 < kVectors) PrefetchL1After(sums[p][0], lines[k / 8] + k % 8 / 2 * 64);
        if (p == kPixels / 3) PrefetchL2After(sums[p][0], next_input + k * 64);
        if (p == kPixels * 2 / 3 && k % 2 == 0) PrefetchL2After(sums[p][0], prefetch + k / 2 * 64);
      }
    }
    panel += kBlock * kVectors * kBlock;
    prefetch += Reread(tile.prefetch_step);
    input += Reread(tile.input_block);
    if (block + 1 == Reread(tile.first_blocks)) {
      input = tile.second;
      next = tile.next_second;
    }
  }
  // Stores may change the tile, for all that g++ knows.
  const __mmask16 relu = tile.relu;
  float* const output = tile.output;
  const int64_t output_block = tile.output_block;
#pragma GCC unroll 14
  for (int p = 0; p < kPixels; ++p) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      float* const to = output + v * output_block + p * kBlock;
      __m512 sum = sums[p][v];
      if constexpr (kResidual) sum = _mm512_add_ps(sum, _mm512_load_ps(to));
      _mm512_store_ps(to, Relu(relu, sum));
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

// An input of the layer, which tiles read in the layout of the output's size: where it is or, of stride 2, gathered
// chunk by chunk in the scratch memory.
struct Source {
  const float* input;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t stride;
};

// Copies the even pixels of the even rows that are output rows `begin` to `end` of an image, a whole row group.
void Gather(const Source& source, int64_t number, int64_t begin, int64_t end, float* group) {
  const float* image = source.input + number * source.height * source.width * source.channels;
  const int64_t width = (source.width + 1) / 2;
  const int64_t block = (end - begin) * width * kBlock;
  for (int64_t y = begin; y < end; ++y) {
    const Row from = Rows(source.height, source.width, source.channels).At(2 * y);
    for (int64_t b = 0; b < source.channels / kBlock; ++b) {
      const float* in = image + from.offset + b * from.block;
      float* out = group + b * block + (y - begin) * width * kBlock;
      for (int64_t x = 0; x < width; ++x) _mm512_store_ps(out + x * kBlock, _mm512_load_ps(in + 2 * x * kBlock));
    }
  }
}

// The row groups of all images, behind each other: where they are in the inputs and in the output.
class Groups {
 public:
  Groups(const Shape& shape, const float* input, const float* second, float* output, float* scratch)
      : first_{input, shape.height, shape.width, shape.inputs, shape.stride},
        // Without a second input, nothing is read here.
        second_{HasSecond(shape) ? second : input, shape.second_height, shape.second_width, shape.second_inputs,
                shape.second_stride},
        outputs_(shape.outputs),
        height_(OutputHeight(shape)),
        width_(OutputWidth(shape)),
        rows_(RowsAGroup(height_, width_)),
        an_image_(CeilingDivide(height_, rows_)),
        output_(output),
        scratch_(scratch) {}

  const Source& first() const { return first_; }
  const Source& second() const { return second_; }

  int64_t Pixels(int64_t index) const { return Rows(index) * width_; }

  // Group `index` of a source, in a chunk that begins with group `begin`.
  const float* In(const Source& source, int64_t begin, int64_t index) const {
    const int64_t pixel = FirstPixel(index);
    return source.stride == 2 ? scratch_ + (pixel - FirstPixel(begin)) * source.channels
                              : source.input + pixel * source.channels;
  }

  float* Out(int64_t index) const { return output_ + FirstPixel(index) * outputs_; }

  // What of a chunk has to be gathered.
  void Gather(const Range& chunk) const {
    for (const Source* source : {&first_, &second_}) {
      if (source->stride != 2) continue;
      for (int64_t index = chunk.begin; index < chunk.end; ++index) {
        const int64_t row = index % an_image_ * rows_;
        avx512::Gather(*source, index / an_image_, row, row + Rows(index),
                       scratch_ + (FirstPixel(index) - FirstPixel(chunk.begin)) * source->channels);
      }
    }
  }

  int64_t Tiles(const Range& chunk) const {
    int64_t tiles = 0;
    for (int64_t index = chunk.begin; index < chunk.end; ++index) tiles += CeilingDivide(Pixels(index), kTilePixels);
    return tiles;
  }

 private:
  int64_t FirstPixel(int64_t index) const {
    return (index / an_image_ * height_ + index % an_image_ * rows_) * width_;
  }
  int64_t Rows(int64_t index) const { return Minimum(rows_, height_ - index % an_image_ * rows_); }

  const Source first_;
  const Source second_;
  const int64_t outputs_;
  const int64_t height_;
  const int64_t width_;
  const int64_t rows_;
  const int64_t an_image_;
  float* const output_;
  float* const scratch_;
};

// A panel's pass: some blocks of inputs, their weights, and what is fetched meanwhile.
struct Pass {
  Range blocks;
  const float* bias;
  const float* weights;
  const TileFunction* functions;
  __mmask16 relu;
  const char* next;     // the weights of the next pass, of which each tile fetches `step` bytes every block of inputs,
  int64_t step;
  int64_t sharing;      // as long as there are not more tiles than these
  bool fetches_inputs;  // of the next tile
};

// Runs a pass of the panel that begins with output `first` over the row groups of a chunk.
void RunPass(const Groups& groups, const Range& chunk, int64_t first, const Pass& pass) {
  constexpr int64_t kFloatBytes = sizeof(float);
  const int64_t first_blocks = groups.first().channels / kBlock;
  const bool is_second = pass.blocks.begin >= first_blocks;
  Tile tile;
  tile.blocks = pass.blocks.end - pass.blocks.begin;
  tile.first_blocks = is_second ? tile.blocks : first_blocks - pass.blocks.begin;
  tile.bias = pass.bias;
  tile.panel = pass.weights;
  tile.relu = pass.relu;
  tile.prefetch = pass.next;
  tile.prefetch_step = pass.step;
  tile.next_input = 0;
  tile.next_second = 0;
  const Source& source = is_second ? groups.second() : groups.first();
  const int64_t skipped = is_second ? pass.blocks.begin - first_blocks : pass.blocks.begin;
  int64_t left = pass.sharing;
  for (int64_t index = chunk.begin; index < chunk.end; ++index) {
    const int64_t pixels = groups.Pixels(index);
    const int64_t tiles = CeilingDivide(pixels, kTilePixels);
    const Split split = SplitOf(pixels, tiles);
    tile.input = groups.In(source, chunk.begin, index) + skipped * pixels * kBlock;
    tile.second = groups.In(groups.second(), chunk.begin, index);
    tile.output = groups.Out(index) + first * pixels;
    tile.input_block = pixels * kBlock;
    tile.output_block = pixels * kBlock;
    for (int64_t i = 0; i < tiles; ++i) {
      const int64_t tile_pixels = split.Pixels(i);
      const int64_t floats = tile_pixels * kBlock;
      if (pass.fetches_inputs) {
        // The next group stands behind this one.
        const bool is_last = i + 1 == tiles;
        tile.next_input = kFloatBytes * (is_last ? floats + pixels * (source.channels - kBlock) : floats);
        tile.next_second = kFloatBytes * (is_last ? floats + pixels * (groups.second().channels - kBlock) : floats);
      }
      pass.functions[tile_pixels - 1](tile);
      tile.input += floats;
      tile.second += floats;
      tile.output += floats;
      // What is fetched once more, when all is fetched, is there.
      if (--left > 0) {
        tile.prefetch += pass.step * tile.blocks;
      } else {
        tile.prefetch = pass.next;
        tile.prefetch_step = 0;
      }
    }
  }
}

// The output that the piece behind this one begins with; behind the last, the end of the layer.
int64_t OutputsAfter(const Shape& shape, Share share) {
  if (++share.piece >= share.pieces) return shape.outputs;
  const Work work = WorkOf(shape, share);
  return work.rows.begin < work.rows.end ? work.panels.begin * kPanel : shape.outputs;
}

}  // namespace

void Run(const Shape& shape, const Share& share, const float* input, const float* second, const float* packed,
         float* output, float* scratch) {
  alignas(64) static constexpr float kNoBias[kPanel] = {};
  const Groups groups(shape, input, second, output, scratch);
  const Work work = WorkOf(shape, share);
  const int64_t size = work.rows.end - work.rows.begin;
  if (size == 0 || work.panels.begin == work.panels.end) return;
  // At most what the scratch memory is made for.
  const int64_t chunk_size = CeilingDivide(size, CeilingDivide(size, GroupsAChunk(shape)));
  const int64_t outputs_begin = work.panels.begin * kPanel;
  const int64_t outputs_end = Minimum(shape.outputs, work.panels.end * kPanel);
  const int64_t outputs_after = OutputsAfter(shape, share);
  const int64_t depth = Depth(shape);
  const int64_t passes = Passes(depth / kBlock);
  for (int64_t begin = work.rows.begin; begin < work.rows.end; begin += chunk_size) {
    const Range chunk = {begin, Minimum(work.rows.end, begin + chunk_size)};
    groups.Gather(chunk);
    Pass pass;
    // A panel of two vectors has 2 KB for a block of inputs; the tiles of a chunk, but 16 at most, fetch it together,
    // 8 lines each at most.
    pass.sharing = Maximum(4, Minimum(16, groups.Tiles(chunk)));
    pass.step = CeilingDivide(2048, pass.sharing);
    for (int64_t first = outputs_begin; first < outputs_end; first += kPanel) {
      const int64_t width = PanelWidth(shape.outputs, first);
      const float* const panel = packed + PanelOffset(first, depth);
      // After the last panel the first one comes again; after the last chunk, the next piece or, behind the last, the
      // next layer of the network.
      int64_t next_panel = first + width;
      if (next_panel == outputs_end) next_panel = chunk.end < work.rows.end ? outputs_begin : outputs_after;
      // Later panels find the inputs in L2.
      pass.fetches_inputs = first == outputs_begin;
      for (int64_t number = 0; number < passes; ++number) {
        const bool is_last = number + 1 == passes;
        pass.blocks = PassOf(depth / kBlock, number, passes);
        pass.bias = number == 0 ? panel : kNoBias;
        pass.weights = panel + width * (1 + pass.blocks.begin * kBlock);
        pass.functions = Functions(width, shape.residual || number > 0);
        pass.relu = ReluMask(shape.relu && is_last);
        pass.next = is_last ? Address(packed, PanelOffset(next_panel, depth))
                            : Address(panel, width * (1 + pass.blocks.end * kBlock));
        RunPass(groups, chunk, first, pass);
      }
    }
  }
}

}  // namespace cardinal::convolution1x1::avx512
