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

// A part of several that are about equal or, if `rows` is not empty, these output rows (of all images, behind each
// other), of those that RowsToName counts.
struct Share {
  int64_t part = 0;
  int64_t parts = 1;
  Range rows = {0, 0};

  bool NamesRows() const { return rows.begin < rows.end; }
};

// How many output rows a share may name: all, where they stand alone in memory, else none.
static inline int64_t RowsToName(const Shape& shape) {
  const bool has_rows = shape.layer == Layer::kConvolution || shape.layer == Layer::kMaxPool;
  const int64_t height = OutputHeight(shape);
  return has_rows && RowsAGroup(height, OutputWidth(shape)) == 1 ? shape.batch * height : 0;
}

// Runs a kernel: shares write outputs of their own, each with its own scratch memory, and together what one share of one
// does.
using RunKernel = void(const Shape& shape, const Share& share, const float* input, const float* second,
                       const float* packed, float* output, float* scratch);

// The shares of `units` differ by one at most, and are empty where there are more shares than units. Where rows are named,
// units are rows.
static inline Range RangeOf(const Share& share, int64_t units) {
  if (share.NamesRows()) return share.rows;
  return {units * share.part / share.parts, units * (share.part + 1) / share.parts};
}

// The outputs of a convolution as rows of pixels (of all images, behind each other) x panels of output channels.
struct Work {
  Range rows;
  Range panels;
};

// Cuts the more even way. Where both are: the images of a batch, else whatever there is more of, pixels or channels, so
// that a share reads little that others read too, and layers behind each other are cut alike.
static inline Work Divide(const Shape& shape, const Share& share, int64_t rows, int64_t panels) {
  if (share.NamesRows()) return {share.rows, {0, panels}};
  const int64_t by_rows = CeilingDivide(rows, share.parts) * panels;
  const int64_t by_panels = CeilingDivide(panels, share.parts) * rows;
  const bool few_pixels =
      shape.batch < share.parts && shape.batch * OutputHeight(shape) * OutputWidth(shape) < shape.outputs;
  if (by_panels < by_rows || (by_panels == by_rows && few_pixels)) return {{0, rows}, RangeOf(share, panels)};
  return {RangeOf(share, rows), {0, panels}};
}

}  // namespace cardinal

#endif  // CARDINAL_SHARE_H_
