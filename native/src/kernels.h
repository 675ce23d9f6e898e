// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The table of kernels.
#ifndef CARDINAL_KERNELS_H_
#define CARDINAL_KERNELS_H_

#include <cstdint>

#include "cpu.h"
#include "shape.h"
#include "share.h"

namespace cardinal {

struct Kernel {
  const char* name;
  Isa isa;
  bool (*fits)(const Shape&);
  int64_t (*packed_floats)(const Shape&);  // null: no weights
  void (*pack)(const Shape&, const float* weights, const float* bias, float* packed);
  int64_t (*scratch_floats)(const Shape&);  // null: none
  RunKernel* run;
};

// The first kernel of the table that is within `isa` and fits, or null. The table is ordered best first.
const Kernel* FindKernel(Isa isa, const Shape& shape);

int64_t PackedFloats(const Kernel& kernel, const Shape& shape);
int64_t ScratchFloats(const Kernel& kernel, const Shape& shape);

}  // namespace cardinal

#endif  // CARDINAL_KERNELS_H_
