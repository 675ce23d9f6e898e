// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "check.h"

#include <cinttypes>

#include "error.h"
#include "layout.h"

namespace cardinal {
namespace {

constexpr int64_t kMostSize = 65536;
// 8 GiB of floats: no buffer of this library is larger.
constexpr int64_t kMostFloats = int64_t{1} << 31;
constexpr uintptr_t kAlignment = 64;

// What whoever makes the layer calls its inputs.
const char* InputsName(const Shape& shape) {
  return shape.layer == Layer::kMaxPool || shape.layer == Layer::kAveragePool ? "channels" : "inputs";
}

}  // namespace

cardinal_status CheckRange(const char* name, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return CARDINAL_OK;
  return Fail(CARDINAL_INVALID, "%s: expected %" PRId64 " to %" PRId64 ", found %" PRId64, name, least, most, value);
}

cardinal_status CheckBufferSize(const char* name, int64_t floats) {
  if (floats <= kMostFloats) return CARDINAL_OK;
  return Fail(CARDINAL_INVALID, "%s: expected sizes that give at most %" PRId64 " floats, found %" PRId64, name,
              kMostFloats, floats);
}

cardinal_status CheckShape(const Shape& shape) {
  const bool has_second = HasSecond(shape);
  const int64_t least_second = has_second ? 1 : 0;
  const int64_t most_second = has_second ? kMostSize : 0;
  const struct {
    const char* name;
    int64_t value;
    int64_t least;
    int64_t most;
  } ranges[] = {{"batch", shape.batch, 1, kMostSize},
                {"height", shape.height, 1, kMostSize},
                {"width", shape.width, 1, kMostSize},
                {InputsName(shape), shape.inputs, 1, kMostSize},
                {"outputs", shape.outputs, 1, kMostSize},
                {"kernel", shape.kernel, 1, 7},
                {"stride", shape.stride, 1, 2},
                {"padding", shape.padding, 0, shape.kernel / 2},
                {"groups", shape.groups, 1, shape.inputs},
                {"second_inputs", shape.second_inputs, 0, kMostSize},
                {"second_height", shape.second_height, least_second, most_second},
                {"second_width", shape.second_width, least_second, most_second},
                {"second_stride", shape.second_stride, least_second, has_second ? 2 : 0}};
  for (const auto& range : ranges) {
    const cardinal_status status = CheckRange(range.name, range.value, range.least, range.most);
    if (status != CARDINAL_OK) return status;
  }
  if (shape.inputs % shape.groups != 0 || shape.outputs % shape.groups != 0) {
    return Fail(CARDINAL_INVALID,
                "groups: expected a divisor of %" PRId64 " inputs and %" PRId64 " outputs, found %" PRId64,
                shape.inputs, shape.outputs, shape.groups);
  }
  const int64_t padded_height = shape.height + 2 * shape.padding;
  const int64_t padded_width = shape.width + 2 * shape.padding;
  if (shape.kernel > padded_height || shape.kernel > padded_width) {
    return Fail(CARDINAL_INVALID,
                "kernel: expected one that fits into %" PRId64 " x %" PRId64 " pixels with padding, found %" PRId64,
                padded_height, padded_width, shape.kernel);
  }
  if (has_second) {
    const int64_t rows = (shape.second_height - 1) / shape.second_stride + 1;
    const int64_t columns = (shape.second_width - 1) / shape.second_stride + 1;
    if (rows != OutputHeight(shape) || columns != OutputWidth(shape)) {
      return Fail(CARDINAL_INVALID,
                  "second input: expected one that gives %" PRId64 " x %" PRId64
                  " pixels, as the first one does, found %" PRId64 " x %" PRId64,
                  OutputHeight(shape), OutputWidth(shape), rows, columns);
    }
  }
  Shape image = shape;
  image.batch = 1;
  const struct {
    const char* name;
    int64_t floats;
  } sizes[] = {{"input", InputFloats(image)},
               {"second input", SecondFloats(image)},
               {"output", OutputFloats(image)},
               {"weights", WeightsFloats(image)}};
  for (const auto& size : sizes) {
    const cardinal_status status = CheckBufferSize(size.name, size.floats);
    if (status != CARDINAL_OK) return status;
  }
  // The sizes of one image are below 2^31 now, so these do not overflow.
  cardinal_status status = CheckBufferSize("input", InputFloats(shape));
  if (status == CARDINAL_OK) status = CheckBufferSize("second input", SecondFloats(shape));
  return status != CARDINAL_OK ? status : CheckBufferSize("output", OutputFloats(shape));
}

cardinal_status FailUnsupported(const Shape& shape) {
  if (shape.layer != Layer::kConvolution) {
    return Fail(CARDINAL_UNSUPPORTED, "%s: expected a multiple of 16, found %" PRId64, InputsName(shape), shape.inputs);
  }
  const bool is_image = shape.inputs == 3;
  const int64_t inputs = shape.inputs / shape.groups;
  const int64_t outputs = shape.outputs / shape.groups;
  const bool has_whole_blocks = inputs % kBlock == 0 && outputs % kBlock == 0;
  const bool has_parts = inputs == outputs && (inputs == 4 || inputs == 8);
  const struct {
    const char* name;
    const char* expected;
    bool holds;
  } rules[] = {
      {"inputs", "a multiple of 16, or 3", is_image || shape.inputs % kBlock == 0},
      {"outputs", "a multiple of 16", shape.outputs % kBlock == 0},
      {"kernel", "1 or 3, or with 3 inputs 3 or 7", shape.kernel == 3 || shape.kernel == (is_image ? 7 : 1)},
      {"padding", "kernel / 2", shape.padding == shape.kernel / 2},
      {"groups", "1, or with kernel 3 groups of 4 or 8 inputs and as many outputs, or of multiples of 16",
       shape.groups == 1 || (shape.kernel == 3 && (has_whole_blocks || has_parts))},
      {"has_residual", "0 unless kernel is 1", shape.kernel == 1 || !shape.residual},
      {"second_inputs", "0 unless kernel and stride are 1",
       (shape.kernel == 1 && shape.stride == 1) || !HasSecond(shape)},
      {"second_inputs", "a multiple of 16", shape.second_inputs % kBlock == 0},
      {"input_interleave, output_interleave", "both 0 unless kernel is 1, or both the 4 or 8 inputs of a group",
       shape.kernel == 1 || !IsInterleaved(shape) ||
           (has_parts && shape.input_interleave == inputs && shape.output_interleave == outputs)},
      {"shape", "a layer that cardinal.h lists", false}};
  const auto* broken = rules;
  while (broken->holds) ++broken;
  return Fail(CARDINAL_UNSUPPORTED,
              "%s: expected %s, found inputs %" PRId64 ", outputs %" PRId64 ", kernel %" PRId64 ", stride %" PRId64
              ", padding %" PRId64 ", groups %" PRId64 ", has_residual %d, input_interleave %" PRId64
              ", output_interleave %" PRId64 ", second_inputs %" PRId64,
              broken->name, broken->expected, shape.inputs, shape.outputs, shape.kernel, shape.stride, shape.padding,
              shape.groups, shape.residual ? 1 : 0, shape.input_interleave, shape.output_interleave,
              shape.second_inputs);
}

cardinal_status CheckBuffers(const Buffer* buffers, int count) {
  for (int i = 0; i < count; ++i) {
    const Buffer& buffer = buffers[i];
    if (buffer.needed == 0) continue;
    if (buffer.data == nullptr) {
      return Fail(CARDINAL_INVALID, "%s: expected %" PRId64 " floats, found null", buffer.name, buffer.needed);
    }
    if (buffer.floats < buffer.needed || (buffer.is_plain && buffer.floats != buffer.needed)) {
      return Fail(CARDINAL_INVALID, "%s: expected %s %" PRId64 " floats, found %" PRId64, buffer.name,
                  buffer.is_plain ? "exactly" : "at least", buffer.needed, buffer.floats);
    }
    const uintptr_t alignment = buffer.is_plain ? alignof(float) : kAlignment;
    const uintptr_t begin = reinterpret_cast<uintptr_t>(buffer.data);
    if (begin % alignment != 0) {
      return Fail(CARDINAL_INVALID, "%s: expected an address that is a multiple of %d, found one %d bytes past it",
                  buffer.name, static_cast<int>(alignment), static_cast<int>(begin % alignment));
    }
    for (int j = 0; j < i; ++j) {
      const Buffer& other = buffers[j];
      if (other.needed == 0) continue;
      const uintptr_t other_begin = reinterpret_cast<uintptr_t>(other.data);
      const uintptr_t end = begin + static_cast<uintptr_t>(buffer.needed) * sizeof(float);
      const uintptr_t other_end = other_begin + static_cast<uintptr_t>(other.needed) * sizeof(float);
      if (begin < other_end && other_begin < end) {
        return Fail(CARDINAL_INVALID, "%s: expected memory apart from the %s, found that they overlap", buffer.name,
                    other.name);
      }
    }
  }
  return CARDINAL_OK;
}

}  // namespace cardinal
