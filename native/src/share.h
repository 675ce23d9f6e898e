// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// What one of several runs that share a layer computes.
#ifndef CARDINAL_SHARE_H_
#define CARDINAL_SHARE_H_

#include <cstdint>

#include "layout.h"
#include "shape.h"

namespace cardinal {

struct Range {
  int64_t begin;
  int64_t end;
};

// A part of several that are about equal, or a piece of it, or, if `rows` is not empty, these output rows (of all
// images, behind each other), of those that RowsToName counts.
struct Share {
  int64_t part = 0;
  int64_t parts = 1;
  Range rows = {0, 0};
  int64_t piece = 0;
  int64_t pieces = 1;

  bool NamesRows() const { return rows.begin < rows.end; }
};

// How many output rows a share may name: all, where they stand alone in memory, else none.
static inline int64_t RowsToName(const Shape& shape) {
  const bool has_rows = shape.layer == Layer::kConvolution || shape.layer == Layer::kMaxPool;
  const int64_t height = OutputHeight(shape);
  return has_rows && RowsAGroup(height, OutputWidth(shape)) == 1 ? shape.batch * height : 0;
}

// Runs a kernel: shares write outputs of their own, each with its own scratch memory, and together what one share of
// one does.
using RunKernel = void(const Shape& shape, const Share& share, const float* input, const float* second,
                       const float* packed, float* output, float* scratch);

static inline Range Cut(const Range& range, int64_t part, int64_t parts) {
  const int64_t size = range.end - range.begin;
  return {range.begin + size * part / parts, range.begin + size * (part + 1) / parts};
}

// The parts of `units` differ by one at most, and so do the pieces of a part; they are empty where there are more of
// them than units. Where rows are named, units are rows.
static inline Range RangeOf(const Share& share, int64_t units) {
  if (share.NamesRows()) return share.rows;
  return Cut(Cut({0, units}, share.part, share.parts), share.piece, share.pieces);
}

// The outputs of a convolution as rows of pixels (of all images, behind each other) x panels of output channels.
struct Work {
  Range rows;
  Range panels;
};

// Fewer pixels than this compute faster than their weights arrive.
constexpr int64_t kFewPixels = 4 * kTilePixels;

// A part of rows x panels, cut the more even way. Where both are: into images or rows, so that a part reads little that
// another thread wrote; but into panels where a part would have few pixels, so that each reads weights of its own.
static inline Work PartOf(const Shape& shape, const Share& share, int64_t rows, int64_t panels) {
  const int64_t by_rows = CeilingDivide(rows, share.parts) * panels;
  const int64_t by_panels = CeilingDivide(panels, share.parts) * rows;
  const int64_t pixels = shape.batch * OutputHeight(shape) * OutputWidth(shape);
  if (by_panels < by_rows || (by_panels == by_rows && pixels < kFewPixels * share.parts)) {
    return {{0, rows}, Cut({0, panels}, share.part, share.parts)};
  }
  return {Cut({0, rows}, share.part, share.parts), {0, panels}};
}

// Pieces are cut from a part across whatever it has more of, pixels or channels, so that little is read once more for
// each, but only across pixels if `by_rows`; there is none of few pixels.
static inline Work Divide(const Shape& shape, const Share& share, int64_t rows, int64_t panels, bool by_rows) {
  if (share.NamesRows()) return {share.rows, {0, panels}};
  Work work = PartOf(shape, share, rows, panels);
  if (share.pieces == 1) return work;
  const int64_t pixels =
      shape.batch * OutputHeight(shape) * OutputWidth(shape) * (work.rows.end - work.rows.begin) / rows;
  const int64_t channels = shape.outputs * (work.panels.end - work.panels.begin) / panels;
  if (pixels < channels && !by_rows) {
    work.panels = Cut(work.panels, share.piece, share.pieces);
  } else {
    const int64_t pieces = Maximum(1, Minimum(share.pieces, pixels / kFewPixels));
    work.rows = share.piece < pieces ? Cut(work.rows, share.piece, pieces) : Range{work.rows.end, work.rows.end};
  }
  return work;
}

}  // namespace cardinal

#endif  // CARDINAL_SHARE_H_
