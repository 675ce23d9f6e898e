// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The C ABI: which pointers, buffers, parts and rows it refuses, and what it says. Runs with any value of CARDINAL_ISA.
#include <algorithm>
#include <thread>

#include "abi_test.h"

namespace cardinal::test {
namespace {

constexpr char kNoStep[] = "step: expected a step, found null";

TEST(shouldRefuseNull) {
  for (const auto floats : {cardinal_step_input_floats, cardinal_step_second_floats, cardinal_step_output_floats,
                            cardinal_step_packed_floats, cardinal_step_scratch_floats, cardinal_step_rows}) {
    CheckRefused(CARDINAL_INVALID, kNoStep, [&] { return InvalidIf(floats(nullptr) == -1); });
  }
  CheckRefused(CARDINAL_INVALID, kNoStep, [] { return InvalidIf(cardinal_step_kernel(nullptr) == nullptr); });
  Floats f(16, 0.0f);
  float* const data = f.data();
  CheckRefused(CARDINAL_INVALID, kNoStep, [&] { return cardinal_step_pack(nullptr, data, 1, data, 1, data, 1); });
  CheckRefused(CARDINAL_INVALID, kNoStep,
               [&] { return cardinal_step_run(nullptr, data, 1, data, 1, data, 1, data, 1, data, 1); });
  CheckRefused(CARDINAL_INVALID, kNoStep, [&] {
    return cardinal_step_run_part(nullptr, 0, 1, 0, 1, data, 1, data, 1, data, 1, data, 1, data, 1);
  });
  CheckRefused(CARDINAL_INVALID, kNoStep,
               [&] { return cardinal_step_run_rows(nullptr, 0, 1, data, 1, data, 1, data, 1, data, 1, data, 1); });
  cardinal_step_destroy(nullptr);

  constexpr char kNowhere[] = "step: expected where to store the step, found null";
  CheckRefused(CARDINAL_INVALID, kNowhere, [] { return cardinal_convolution_create(&kReduce, nullptr); });
  CheckRefused(CARDINAL_INVALID, kNowhere, [] { return cardinal_max_pool_create(1, 8, 8, 16, nullptr); });
  CheckRefused(CARDINAL_INVALID, kNowhere, [] { return cardinal_average_pool_create(1, 8, 8, 16, nullptr); });
  CheckRefused(CARDINAL_INVALID, kNowhere, [] { return cardinal_linear_create(1, 16, 1, nullptr); });
}

// By hand, for this is what CheckRefused lets fail first.
TEST(shouldRefuseANullShape) {
  cardinal_step* step = nullptr;
  CHECK(cardinal_step_kernel(nullptr) == nullptr && cardinal_convolution_create(nullptr, &step) == CARDINAL_INVALID &&
            std::strcmp(cardinal_last_error(), "shape: expected a shape, found null") == 0 && step == nullptr,
        "%s", cardinal_last_error());
}

TEST(shouldRefuseAnUnknownPeak) {
  CheckRefused(CARDINAL_INVALID, "kind: expected a cardinal_peak, found 3",
               [] { return InvalidIf(cardinal_peak_burst(static_cast<cardinal_peak>(3)) == 0.0); });
}

struct Buffer {
  const char* name;
  int64_t floats;
  bool is_plain = false;  // to be packed: exactly as long, and aligned as floats are
  float* data = nullptr;
};

// Each buffer wrong in turn, in every way: `call` takes all of them. They lie in one piece of memory, so far apart that
// one in the place of another touches no third.
template <typename Called>
void CheckEveryWrongBuffer(std::vector<Buffer> good, const Called& call) {
  int64_t most = 0;
  for (const Buffer& buffer : good) most = std::max(most, (buffer.floats + 15) / 16 * 16);
  Floats memory(2 * most * static_cast<int64_t>(good.size()), 1.0f);
  for (size_t i = 0; i < good.size(); ++i) good[i].data = memory.data() + 2 * most * static_cast<int64_t>(i);
  CHECK(call(good) == CARDINAL_OK, "%s", cardinal_last_error());
  for (size_t i = 0; i < good.size(); ++i) {
    const Buffer& buffer = good[i];
    if (buffer.floats == 0) continue;  // the scalar kernels need no scratch memory
    const auto with = [&](float* data, int64_t floats) {
      std::vector<Buffer> buffers = good;
      buffers[i].data = data;
      buffers[i].floats = floats;
      return call(buffers);
    };
    const auto refused = [&](float* data, int64_t floats, const std::string& message) {
      CheckRefused(CARDINAL_INVALID, message, [&] { return with(data, floats); });
    };
    const std::string name = buffer.name;
    const std::string needed = std::to_string(buffer.floats) + " floats, found ";
    const std::string length = name + (buffer.is_plain ? ": expected exactly " : ": expected at least ") + needed;
    refused(nullptr, buffer.floats, name + ": expected " + needed + "null");
    for (const int64_t floats : {buffer.floats - 1, int64_t{0}, int64_t{-1}, INT64_MIN}) {
      refused(buffer.data, floats, length + std::to_string(floats));
    }
    for (const int64_t floats : {buffer.floats + 1, INT64_MAX}) {
      if (buffer.is_plain) {
        refused(buffer.data, floats, length + std::to_string(floats));
      } else {
        CHECK(with(buffer.data, floats) == CARDINAL_OK, "%s", cardinal_last_error());
      }
    }
    const int64_t alignment = buffer.is_plain ? 4 : 64;
    for (const int64_t bytes : {1, 4, 63}) {
      float* const data = reinterpret_cast<float*>(reinterpret_cast<char*>(buffer.data) + bytes);
      if (bytes % alignment == 0) {
        CHECK(with(data, buffer.floats) == CARDINAL_OK, "%s", cardinal_last_error());
      } else {
        refused(data, buffer.floats,
                name + ": expected an address that is a multiple of " + std::to_string(alignment) + ", found one " +
                    std::to_string(bytes % alignment) + " bytes past it");
      }
    }
    for (size_t j = 0; j < good.size(); ++j) {
      if (j == i || good[j].floats == 0) continue;
      const std::string message = std::string(good[std::max(i, j)].name) + ": expected memory apart from the " +
                                  good[std::min(i, j)].name + ", found that they overlap";
      const int64_t end = (good[j].floats + 15) / 16 * 16;
      refused(good[j].data, buffer.floats, message);
      refused(good[j].data + end - 16, buffer.floats, message);
      CHECK(with(good[j].data + end, buffer.floats) == CARDINAL_OK, "%s", cardinal_last_error());
    }
  }
}

TEST(shouldRefuseEveryWrongBufferOfARun) {
  // Its scratch memory is for the second input; its rows stand alone.
  Call call({2, 9, 14, 64, 32, 1, 1, 0, 1, 0, 1, 0, 0, 48, 17, 28, 2});
  const std::vector<Buffer> good = {{"input", call.input.size()},
                                    {"second", call.second.size()},
                                    {"packed", call.packed.size()},
                                    {"output", call.output.size()},
                                    {"scratch", call.scratch.size()}};
  CheckEveryWrongBuffer(good, [&](const std::vector<Buffer>& b) {
    return cardinal_step_run(call.step, b[0].data, b[0].floats, b[1].data, b[1].floats, b[2].data, b[2].floats,
                             b[3].data, b[3].floats, b[4].data, b[4].floats);
  });
  CheckEveryWrongBuffer(good, [&](const std::vector<Buffer>& b) {
    return cardinal_step_run_part(call.step, 1, 2, 0, 1, b[0].data, b[0].floats, b[1].data, b[1].floats, b[2].data,
                                  b[2].floats, b[3].data, b[3].floats, b[4].data, b[4].floats);
  });
  CheckEveryWrongBuffer(good, [&](const std::vector<Buffer>& b) {
    return cardinal_step_run_rows(call.step, 3, 1, b[0].data, b[0].floats, b[1].data, b[1].floats, b[2].data,
                                  b[2].floats, b[3].data, b[3].floats, b[4].data, b[4].floats);
  });
}

TEST(shouldRefuseEveryWrongBufferOfPacking) {
  cardinal_step* linear = nullptr;
  CHECK(cardinal_linear_create(1, 48, 10, &linear) == CARDINAL_OK, "%s", cardinal_last_error());
  cardinal_step* const joined = Make(kJoined);
  const struct {
    const cardinal_step* step;
    int64_t weights;
    int64_t bias;
  } cases[] = {{joined, (64 + 48) * 32, 32}, {linear, 48 * 10, 10}};
  for (const auto& c : cases) {
    CheckEveryWrongBuffer({{"weights", c.weights, true},
                           {"bias", c.bias, true},
                           {"packed", cardinal_step_packed_floats(c.step)}},
                          [&](const std::vector<Buffer>& b) {
                            return cardinal_step_pack(c.step, b[0].data, b[0].floats, b[1].data, b[1].floats,
                                                      b[2].data, b[2].floats);
                          });
  }
  cardinal_step_destroy(joined);
  cardinal_step_destroy(linear);
}

TEST(shouldRefuseToPackWhatHasNoWeights) {
  Floats f(16, 0.0f);
  cardinal_step* pools[] = {nullptr, nullptr};
  CHECK(cardinal_max_pool_create(1, 8, 8, 32, &pools[0]) == CARDINAL_OK &&
            cardinal_average_pool_create(1, 8, 8, 32, &pools[1]) == CARDINAL_OK,
        "%s", cardinal_last_error());
  for (cardinal_step* pool : pools) {
    CHECK(cardinal_step_packed_floats(pool) == 0, "%s has weights", cardinal_step_kernel(pool));
    CheckRefused(CARDINAL_INVALID, std::string("step: expected one with weights, found ") + cardinal_step_kernel(pool),
                 [&] { return cardinal_step_pack(pool, f.data(), 1, f.data(), 1, f.data(), 1); });
    cardinal_step_destroy(pool);
  }
}

TEST(shouldRefusePartsAndPiecesThatCannotBe) {
  Call call(kReduce);
  const struct {
    int32_t number;
    int32_t count;
    const char* message;
  } cases[] = {{0, 0, "s: expected 1 to 2147483647, found 0"},
               {0, -1, "s: expected 1 to 2147483647, found -1"},
               {-1, INT32_MIN, "s: expected 1 to 2147483647, found -2147483648"},
               {-1, 2, ": expected 0 to 1, found -1"},
               {2, 2, ": expected 0 to 1, found 2"},
               {1, 1, ": expected 0 to 0, found 1"},
               {INT32_MAX, 3, ": expected 0 to 2, found 2147483647"},
               {INT32_MIN, INT32_MAX, ": expected 0 to 2147483646, found -2147483648"}};
  const auto refused = [&](const std::string& message, int32_t part, int32_t parts, int32_t piece, int32_t pieces) {
    CheckRefused(CARDINAL_INVALID, message, [&] {
      return cardinal_step_run_part(call.step, part, parts, piece, pieces, call.input.data(), call.input.size(),
                                    nullptr, 0, call.packed.data(), call.packed.size(), call.output.data(),
                                    call.output.size(), nullptr, 0);
    });
  };
  for (const auto& c : cases) {
    refused(std::string("part") + c.message, c.number, c.count, 0, 1);
    refused(std::string("piece") + c.message, 1, 2, c.number, c.count);
  }
}

TEST(shouldRefuseRowsThatCannotBe) {
  Call call(kWide);
  const struct {
    int64_t first_row;
    int64_t rows;
    const char* message;
  } cases[] = {{-1, 1, "first_row: expected 0 to 9, found -1"},
               {10, 1, "first_row: expected 0 to 9, found 10"},
               {INT64_MAX, 1, "first_row: expected 0 to 9, found 9223372036854775807"},
               {INT64_MIN, 1, "first_row: expected 0 to 9, found -9223372036854775808"},
               {0, 0, "rows: expected 1 to 10, found 0"},
               {0, -1, "rows: expected 1 to 10, found -1"},
               {0, 11, "rows: expected 1 to 10, found 11"},
               {9, 2, "rows: expected 1 to 1, found 2"},
               {9, INT64_MAX, "rows: expected 1 to 1, found 9223372036854775807"},
               {0, INT64_MIN, "rows: expected 1 to 10, found -9223372036854775808"}};
  for (const auto& c : cases) {
    CheckRefused(CARDINAL_INVALID, c.message, [&] {
      return cardinal_step_run_rows(call.step, c.first_row, c.rows, call.input.data(), call.input.size(), nullptr, 0,
                                    call.packed.data(), call.packed.size(), call.output.data(), call.output.size(),
                                    nullptr, 0);
    });
  }
}

// Of a narrow map several rows stand in a group of the layout; a pool to one pixel and a vector have no rows.
TEST(shouldRefuseRowsThatDoNotStandAlone) {
  cardinal_step* narrow = Make(kReduce);
  cardinal_step* steps[] = {narrow, nullptr, nullptr, nullptr};
  CHECK(cardinal_max_pool_create(1, 28, 26, 32, &steps[1]) == CARDINAL_OK &&
            cardinal_average_pool_create(1, 28, 28, 32, &steps[2]) == CARDINAL_OK &&
            cardinal_linear_create(1, 32, 10, &steps[3]) == CARDINAL_OK,
        "%s", cardinal_last_error());
  const char* const outputs[] = {"9 rows of 9", "14 rows of 13", "1 rows of 1", "1 rows of 1"};
  for (int i = 0; i < 4; ++i) {
    CHECK(cardinal_step_rows(steps[i]) == 0, "%s has rows", cardinal_step_kernel(steps[i]));
    CheckRefused(CARDINAL_UNSUPPORTED,
                 std::string("step: expected output rows that stand alone (of a convolution or max-pool, at least 14 "
                             "columns or one row), found ") +
                     cardinal_step_kernel(steps[i]) + " with " + outputs[i] + " columns",
                 [&] {
                   return cardinal_step_run_rows(steps[i], 0, 1, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0,
                                                 nullptr, 0);
                 });
    cardinal_step_destroy(steps[i]);
  }
}

TEST(shouldKeepErrorsApartByThread) {
  CheckRefused(CARDINAL_INVALID, kNoStep, [] { return InvalidIf(cardinal_step_rows(nullptr) == -1); });
  std::thread([] {
    CHECK(std::strlen(cardinal_last_error()) == 0, "%s", cardinal_last_error());
    CheckRefused(CARDINAL_INVALID, "step: expected where to store the step, found null",
                 [] { return cardinal_linear_create(0, 16, 16, nullptr); });
  }).join();
  CHECK(std::strcmp(cardinal_last_error(), kNoStep) == 0, "became %s", cardinal_last_error());
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
