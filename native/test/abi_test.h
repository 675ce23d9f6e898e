// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Steps made and run through the C ABI, and calls that it must refuse.
#ifndef CARDINAL_TEST_ABI_TEST_H_
#define CARDINAL_TEST_ABI_TEST_H_

#include <cstdint>
#include <string>

#include "../include/cardinal.h"
#include "check.h"
#include "memory.h"

namespace cardinal::test {

constexpr cardinal_convolution kReduce = {2, 9, 9, 64, 32, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
// With a second input, of stride 2.
constexpr cardinal_convolution kJoined = {2, 9, 9, 64, 32, 1, 1, 0, 1, 0, 1, 0, 0, 48, 17, 18, 2};
// Rows that stand alone in memory.
constexpr cardinal_convolution kWide = {2, 5, 14, 32, 32, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};

inline cardinal_step* Make(const cardinal_convolution& shape) {
  cardinal_step* step = nullptr;
  const cardinal_status status = cardinal_convolution_create(&shape, &step);
  CHECK(status == CARDINAL_OK, "%s", cardinal_last_error());
  return step;
}

// A step with buffers that fit.
struct Call {
  explicit Call(const cardinal_convolution& shape)
      : step(Make(shape)),
        input(cardinal_step_input_floats(step), 1.0f),
        second(cardinal_step_second_floats(step), 1.0f),
        packed(cardinal_step_packed_floats(step), 1.0f),
        output(cardinal_step_output_floats(step), 1.0f),
        scratch(cardinal_step_scratch_floats(step), 1.0f) {}
  ~Call() { cardinal_step_destroy(step); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  cardinal_status Run() {
    return cardinal_step_run(step, input.data(), input.size(), second.data(), second.size(), packed.data(),
                             packed.size(), output.data(), output.size(), scratch.data(), scratch.size());
  }

  cardinal_step* step;
  Floats input;
  Floats second;
  Floats packed;
  Floats output;
  Floats scratch;
};

// The status of a call that has none, by what else it returned.
inline cardinal_status InvalidIf(bool refused) { return refused ? CARDINAL_INVALID : CARDINAL_OK; }

// A call is refused with a message that begins so. What failed before it is something else, so that no message is taken
// for that of another call.
template <typename Refused>
void CheckRefused(cardinal_status expected, const std::string& message, const Refused& call) {
  cardinal_convolution_create(nullptr, nullptr);
  const cardinal_status status = call();
  CHECK(status == expected && std::strncmp(cardinal_last_error(), message.c_str(), message.size()) == 0,
        "expected status %d, \"%s\", found %d, \"%s\"", expected, message.c_str(), status, cardinal_last_error());
}

// The same of a function that makes a step, called with where to store it.
template <typename Create>
void CheckNotMade(cardinal_status expected, const std::string& message, const Create& create) {
  int none = 0;
  auto* step = reinterpret_cast<cardinal_step*>(&none);  // of an earlier call, which must not be destroyed twice
  CheckRefused(expected, message, [&] { return create(&step); });
  CHECK(step == nullptr, "a step was made, not refused with \"%s\"", message.c_str());
}

inline void CheckNotMade(cardinal_status expected, const std::string& message, const cardinal_convolution& shape) {
  CheckNotMade(expected, message, [&](cardinal_step** step) { return cardinal_convolution_create(&shape, step); });
}

}  // namespace cardinal::test

#endif  // CARDINAL_TEST_ABI_TEST_H_
