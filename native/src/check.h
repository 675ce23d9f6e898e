// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// What may cross the C ABI.
#ifndef CARDINAL_CHECK_H_
#define CARDINAL_CHECK_H_

#include <cstdint>

#include "../include/cardinal.h"
#include "shape.h"

namespace cardinal {

// Sizes are positive and bounded, and so are all products of them: after this, sizes of buffers do not overflow.
cardinal_status CheckShape(const Shape& shape);

// Refuses a layer that no kernel fits, and names the first rule of cardinal.h that it breaks.
cardinal_status FailUnsupported(const Shape& shape);

// Refuses a value outside a range.
cardinal_status CheckRange(const char* name, int64_t value, int64_t least, int64_t most);

// Refuses a step whose buffers are larger than any can be.
cardinal_status CheckBufferSize(const char* name, int64_t floats);

struct Buffer {
  const char* name;
  const float* data;
  int64_t floats;
  int64_t needed;
  bool is_plain = false;  // weights or biases to be packed: exactly as long as needed, and aligned as floats are
};

// Each is there, aligned and long enough, unless it needs nothing; and no two that are needed overlap.
cardinal_status CheckBuffers(const Buffer* buffers, int count);

}  // namespace cardinal

#endif  // CARDINAL_CHECK_H_
