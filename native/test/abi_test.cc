// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The C ABI: what it takes, and that it refuses everything else with a message. Runs with any value of CARDINAL_ISA.
#include <xmmintrin.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>

#include "../include/cardinal.h"
#include "../src/cpu.h"
#include "check.h"
#include "memory.h"

namespace cardinal::test {
namespace {

constexpr cardinal_convolution kReduce = {2, 9, 9, 64, 32, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
// With a second input, of stride 2.
constexpr cardinal_convolution kJoined = {2, 9, 9, 64, 32, 1, 1, 0, 1, 0, 1, 0, 0, 48, 17, 18, 2};

bool Says(const char* part) { return std::strstr(cardinal_last_error(), part) != nullptr; }

cardinal_step* Make(const cardinal_convolution& shape) {
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

  cardinal_step* step;
  Floats input;
  Floats second;
  Floats packed;
  Floats output;
  Floats scratch;
};

void CheckRefused(const char* name, int64_t value, cardinal_status status, cardinal_step* step,
                  cardinal_status expected) {
  CHECK(status == expected, "%s = %lld: expected status %d, found %d", name, static_cast<long long>(value), expected,
        status);
  CHECK(step == nullptr, "%s = %lld: a step was made", name, static_cast<long long>(value));
  CHECK(std::strlen(cardinal_last_error()) > 10, "%s = %lld: no message", name, static_cast<long long>(value));
}

TEST(shouldNameVersionAndInstructionSet) {
  CHECK(std::strlen(cardinal_version()) >= 5, "%s", cardinal_version());
  const std::string isa = cardinal_isa();
  CHECK(isa == "avx512" || isa == "scalar", "%s", isa.c_str());
  const char* cap = std::getenv("CARDINAL_ISA");
  if (cap != nullptr) CHECK(isa == "scalar" || isa == cap, "%s although capped at %s", isa.c_str(), cap);
}

TEST(shouldRunAConvolution) {
  Call call(kReduce);
  const Floats weights(64 * 32, 0.5f);
  const Floats bias(32, -2.0f);
  CHECK(std::strstr(cardinal_step_kernel(call.step), cardinal_isa()) != nullptr, "%s", cardinal_step_kernel(call.step));
  CHECK(cardinal_step_pack(call.step, weights.data(), weights.size(), bias.data(), bias.size(), call.packed.data(),
                           call.packed.size()) == CARDINAL_OK,
        "%s", cardinal_last_error());
  CHECK(cardinal_step_run(call.step, call.input.data(), call.input.size(), call.second.data(), call.second.size(),
                          call.packed.data(), call.packed.size(),
                          call.output.data(), call.output.size(), nullptr, 0) == CARDINAL_OK,
        "%s", cardinal_last_error());
  for (int64_t i = 0; i < call.output.size(); ++i) {
    CHECK(call.output[i] == 30.0f, "output %d: %g", static_cast<int>(i), call.output[i]);
  }
}

TEST(shouldRefuseEveryWrongSizeOfAConvolution) {
  const struct {
    const char* name;
    int32_t cardinal_convolution::*field;
    std::initializer_list<int32_t> invalid;
    std::initializer_list<int32_t> unsupported;
  } fields[] = {
      {"batch", &cardinal_convolution::batch, {0, -1, 65537, INT32_MIN, INT32_MAX}, {}},
      {"height", &cardinal_convolution::height, {0, -1, 65537, INT32_MAX}, {}},
      {"width", &cardinal_convolution::width, {0, -1, 65537, INT32_MAX}, {}},
      {"inputs", &cardinal_convolution::inputs, {0, -1, 65537, INT32_MAX}, {1, 3, 15, 17, 65535}},
      {"outputs", &cardinal_convolution::outputs, {0, -1, 65537, INT32_MAX}, {1, 15, 33}},
      {"kernel", &cardinal_convolution::kernel, {0, -1, 8, INT32_MAX}, {2, 3, 5, 7}},
      {"stride", &cardinal_convolution::stride, {0, -1, 3, INT32_MAX}, {}},
      {"padding", &cardinal_convolution::padding, {1, -1, INT32_MAX}, {}},
      {"groups", &cardinal_convolution::groups, {0, -1, 3, 65, INT32_MAX}, {2, 16}},
      {"has_residual", &cardinal_convolution::has_residual, {-1, 2}, {}},
      {"has_relu", &cardinal_convolution::has_relu, {-1, 2}, {}},
      {"input_interleave", &cardinal_convolution::input_interleave, {-1, 1, 16, INT32_MAX}, {}},
      {"output_interleave", &cardinal_convolution::output_interleave, {-4, 2, 12, INT32_MAX}, {}},
  };
  for (const auto& field : fields) {
    for (const cardinal_status expected : {CARDINAL_INVALID, CARDINAL_UNSUPPORTED}) {
      for (const int32_t value : expected == CARDINAL_INVALID ? field.invalid : field.unsupported) {
        cardinal_convolution shape = kReduce;
        shape.*field.field = value;
        cardinal_step* step = nullptr;
        CheckRefused(field.name, value, cardinal_convolution_create(&shape, &step), step, expected);
        if (expected == CARDINAL_INVALID) CHECK(Says(field.name), "%s: %s", field.name, cardinal_last_error());
      }
    }
  }
}

TEST(shouldRefuseEveryWrongSizeOfASecondInput) {
  const struct {
    const char* name;
    int32_t cardinal_convolution::*field;
    std::initializer_list<int32_t> without;  // a second input
    std::initializer_list<int32_t> invalid;
    std::initializer_list<int32_t> unsupported;
  } fields[] = {
      {"second_inputs", &cardinal_convolution::second_inputs, {-1, 65537, INT32_MIN}, {-1, 65537, INT32_MAX}, {1, 47}},
      {"second", &cardinal_convolution::second_inputs, {64}, {0}, {}},
      {"second_height", &cardinal_convolution::second_height, {-1, 1, INT32_MAX}, {0, -1, 65537}, {}},
      {"second", &cardinal_convolution::second_height, {}, {1, 16, 19, 65536}, {}},
      {"second_width", &cardinal_convolution::second_width, {-1, 1, INT32_MAX}, {0, -1, 65537}, {}},
      {"second", &cardinal_convolution::second_width, {}, {1, 16, 19, 65536}, {}},
      {"second_stride", &cardinal_convolution::second_stride, {-1, 1, INT32_MAX}, {0, -1, 3, INT32_MAX}, {}},
      {"second", &cardinal_convolution::second_stride, {}, {1}, {}},
      {"second", &cardinal_convolution::stride, {}, {2}, {}},
  };
  for (const auto& field : fields) {
    const auto refused = [&](cardinal_convolution shape, int32_t value, cardinal_status expected) {
      shape.*field.field = value;
      cardinal_step* step = nullptr;
      CheckRefused(field.name, value, cardinal_convolution_create(&shape, &step), step, expected);
      CHECK(Says(expected == CARDINAL_INVALID ? field.name : "a second input"), "%s = %d: %s", field.name, value,
            cardinal_last_error());
    };
    for (const int32_t value : field.without) refused(kReduce, value, CARDINAL_INVALID);
    for (const int32_t value : field.invalid) refused(kJoined, value, CARDINAL_INVALID);
    for (const int32_t value : field.unsupported) refused(kJoined, value, CARDINAL_UNSUPPORTED);
  }
}

TEST(shouldRunWithASecondInput) {
  Call call(kJoined);
  Floats weights((64 + 48) * 32);
  for (int64_t i = 0; i < weights.size(); ++i) weights[i] = i % (64 + 48) < 64 ? 0.5f : 0.25f;
  const Floats bias(32, -2.0f);
  CHECK(cardinal_step_pack(call.step, weights.data(), weights.size(), bias.data(), bias.size(), call.packed.data(),
                           call.packed.size()) == CARDINAL_OK,
        "%s", cardinal_last_error());
  const auto run = [&](int32_t part, int32_t parts, Floats* output) {
    CHECK(cardinal_step_run_part(call.step, part, parts, 0, 1, call.input.data(), call.input.size(), call.second.data(),
                                 call.second.size(), call.packed.data(), call.packed.size(), output->data(),
                                 output->size(), call.scratch.data(), call.scratch.size()) == CARDINAL_OK,
          "part %d of %d: %s", part, parts, cardinal_last_error());
  };
  for (const int32_t parts : {1, 2, 3}) {
    Floats output(call.output.size());
    for (int32_t part = 0; part < parts; ++part) run(part, parts, &output);
    for (int64_t i = 0; i < output.size(); ++i) {
      CHECK(output[i] == 42.0f, "%d parts: output %d: %g", parts, static_cast<int>(i), output[i]);
    }
  }
}

TEST(shouldRefuseLayersWithoutAKernel) {
  for (const cardinal_convolution& shape :
       {cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 32, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 128, 3, 1, 1, 16, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 16, 1, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 3, 64, 7, 2, 3, 1, 1, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 3, 64, 5, 1, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 96, 96, 3, 1, 1, 8, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 16, 0, 1, 4, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 16, 0, 1, 8, 8, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 2, 0, 1, 8, 8, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 3, 64, 7, 2, 3, 1, 0, 1, 0, 4, 0, 0, 0, 0},
        cardinal_convolution{1, 8, 8, 64, 64, 1, 2, 0, 1, 0, 1, 0, 0, 64, 8, 8, 2},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 16, 0, 1, 0, 0, 64, 8, 8, 1},
        cardinal_convolution{1, 8, 8, 64, 64, 3, 1, 1, 2, 0, 1, 0, 0, 64, 16, 16, 2},
        cardinal_convolution{1, 8, 8, 3, 64, 7, 2, 3, 1, 0, 1, 0, 0, 64, 4, 4, 1}}) {
    cardinal_step* step = nullptr;
    CheckRefused("kernel", shape.kernel, cardinal_convolution_create(&shape, &step), step, CARDINAL_UNSUPPORTED);
  }
}

TEST(shouldRefuseSizesWhoseProductsAreTooLarge) {
  for (const cardinal_convolution& shape :
       {cardinal_convolution{65536, 65536, 65536, 65536, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 65536, 65536, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{65536, 64, 64, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 1, 1, 65536, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 256, 256, 16, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0},
        cardinal_convolution{1, 8192, 8192, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 64, 8192, 8192, 1},
        cardinal_convolution{4, 4096, 4096, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 64, 4096, 4096, 1},
        cardinal_convolution{1, 1, 1, 16, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 32768, 1, 1, 1}}) {
    cardinal_step* step = nullptr;
    CheckRefused("batch", shape.batch, cardinal_convolution_create(&shape, &step), step, CARDINAL_INVALID);
    CHECK(Says("floats"), "%s", cardinal_last_error());
  }
}

TEST(shouldRefuseWrongSizesOfOtherLayers) {
  using Pool = cardinal_status (*)(int32_t, int32_t, int32_t, int32_t, cardinal_step**);
  for (const Pool create : {Pool{cardinal_max_pool_create}, Pool{cardinal_average_pool_create}}) {
    for (int argument = 0; argument < 4; ++argument) {
      for (const int32_t value : {0, -1, 65537, INT32_MAX}) {
        int32_t sizes[] = {1, 8, 8, 32};
        sizes[argument] = value;
        cardinal_step* step = nullptr;
        CheckRefused("pool", value, create(sizes[0], sizes[1], sizes[2], sizes[3], &step), step, CARDINAL_INVALID);
      }
    }
    cardinal_step* step = nullptr;
    CheckRefused("channels", 20, create(1, 8, 8, 20, &step), step, CARDINAL_UNSUPPORTED);
    CHECK(create(1, 8, 8, 32, nullptr) == CARDINAL_INVALID, "no step");
  }
  for (int argument = 0; argument < 3; ++argument) {
    for (const int32_t value : {0, -1, 65537, INT32_MAX}) {
      int32_t sizes[] = {1, 64, 10};
      sizes[argument] = value;
      cardinal_step* step = nullptr;
      CheckRefused("linear", value, cardinal_linear_create(sizes[0], sizes[1], sizes[2], &step), step,
                   CARDINAL_INVALID);
    }
  }
  cardinal_step* step = nullptr;
  CheckRefused("inputs", 20, cardinal_linear_create(1, 20, 10, &step), step, CARDINAL_UNSUPPORTED);
}

TEST(shouldRefuseNull) {
  cardinal_step* step = nullptr;
  CHECK(cardinal_convolution_create(nullptr, &step) == CARDINAL_INVALID && Says("shape"), "%s",
        cardinal_last_error());
  CHECK(cardinal_convolution_create(&kReduce, nullptr) == CARDINAL_INVALID && Says("step"), "%s",
        cardinal_last_error());
  CHECK(cardinal_linear_create(1, 16, 1, nullptr) == CARDINAL_INVALID && Says("step"), "%s", cardinal_last_error());
  CHECK(cardinal_step_kernel(nullptr) == nullptr && Says("step"), "%s", cardinal_last_error());
  CHECK(cardinal_step_input_floats(nullptr) == -1, "input floats of null");
  CHECK(cardinal_step_second_floats(nullptr) == -1, "second floats of null");
  CHECK(cardinal_step_output_floats(nullptr) == -1, "output floats of null");
  CHECK(cardinal_step_packed_floats(nullptr) == -1, "packed floats of null");
  CHECK(cardinal_step_scratch_floats(nullptr) == -1, "scratch floats of null");
  float value = 0;
  CHECK(cardinal_step_pack(nullptr, &value, 1, &value, 1, &value, 1) == CARDINAL_INVALID, "packed for null");
  CHECK(cardinal_step_run(nullptr, &value, 1, &value, 1, &value, 1, &value, 1, &value, 1) ==
            CARDINAL_INVALID,
        "ran null");
  cardinal_step_destroy(nullptr);
}

TEST(shouldRefuseEveryWrongBufferOfARun) {
  Call call(kJoined);
  struct Buffer {
    const char* name;
    float* data;
    int64_t floats;
  };
  const Buffer good[] = {{"input", call.input.data(), call.input.size()},
                         {"second", call.second.data(), call.second.size()},
                         {"packed", call.packed.data(), call.packed.size()},
                         {"output", call.output.data(), call.output.size()},
                         {"scratch", call.scratch.data(), call.scratch.size()}};
  const auto run = [&](const Buffer* b) {
    return cardinal_step_run(call.step, b[0].data, b[0].floats, b[1].data, b[1].floats, b[2].data, b[2].floats,
                             b[3].data, b[3].floats, b[4].data, b[4].floats);
  };
  CHECK(run(good) == CARDINAL_OK, "%s", cardinal_last_error());
  for (int i = 0; i < 5; ++i) {
    if (good[i].floats == 0) continue;  // the scalar kernels need no scratch memory
    const auto refused = [&](const char* what, float* data, int64_t floats) {
      Buffer buffers[] = {good[0], good[1], good[2], good[3], good[4]};
      buffers[i].data = data;
      buffers[i].floats = floats;
      CHECK(run(buffers) == CARDINAL_INVALID, "%s: %s was taken", good[i].name, what);
      CHECK(Says(good[i].name), "%s: %s: %s", good[i].name, what, cardinal_last_error());
    };
    refused("null", nullptr, good[i].floats);
    refused("a short buffer", good[i].data, good[i].floats - 1);
    refused("an empty buffer", good[i].data, 0);
    refused("a negative length", good[i].data, -1);
    refused("a misaligned buffer", good[i].data + 1, good[i].floats);
    for (int j = 0; j < 5; ++j) {
      if (j == i || good[j].floats == 0) continue;
      refused("overlapping memory", good[j].data, good[i].floats);
      refused("overlapping memory", good[j].data + (good[j].floats - 1) / 16 * 16, good[i].floats);
    }
  }
}

TEST(shouldShareAStep) {
  cardinal_convolution shape = kReduce;
  shape.stride = 2;
  Call call(shape);
  for (int64_t i = 0; i < call.packed.size(); ++i) call.packed[i] = 0.5f;
  CHECK(cardinal_step_run(call.step, call.input.data(), call.input.size(), call.second.data(), call.second.size(),
                          call.packed.data(), call.packed.size(),
                          call.output.data(), call.output.size(), call.scratch.data(), call.scratch.size()) ==
            CARDINAL_OK,
        "%s", cardinal_last_error());
  const auto run = [&](int32_t part, int32_t parts, int32_t piece, int32_t pieces, Floats* output) {
    CHECK(cardinal_step_run_part(call.step, part, parts, piece, pieces, call.input.data(), call.input.size(),
                                 call.second.data(), call.second.size(), call.packed.data(), call.packed.size(),
                                 output->data(), output->size(), call.scratch.data(),
                                 call.scratch.size()) == CARDINAL_OK,
          "piece %d of %d of part %d of %d: %s", piece, pieces, part, parts, cardinal_last_error());
  };
  for (const int32_t parts : {1, 2, 3, 1000}) {
    for (const int32_t pieces : {1, 3, 8}) {
      Floats output(call.output.size());
      for (int32_t part = 0; part < parts; ++part) {
        for (int32_t piece = pieces - 1; piece >= 0; --piece) run(part, parts, piece, pieces, &output);
      }
      CHECK(std::memcmp(output.data(), call.output.data(), static_cast<size_t>(output.size()) * sizeof(float)) == 0,
            "%d parts of %d pieces differ from the whole", parts, pieces);
    }
  }
  for (const int32_t part : {0, 1, INT32_MAX / 2, INT32_MAX - 1}) {
    run(part, INT32_MAX, 0, 1, &call.output);
    run(part, INT32_MAX, part, INT32_MAX, &call.output);
    run(0, 1, part, INT32_MAX, &call.output);
  }
}

constexpr cardinal_convolution kWide = {2, 5, 14, 32, 32, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};

cardinal_status RunRows(const Call& call, int64_t first_row, int64_t rows, Floats* output) {
  return cardinal_step_run_rows(call.step, first_row, rows, call.input.data(), call.input.size(),
                                call.second.data(), call.second.size(),
                                call.packed.data(),
                                call.packed.size(), output->data(), output->size(), nullptr, 0);
}

TEST(shouldRunRangesOfRows) {
  Call call(kWide);
  for (int64_t i = 0; i < call.packed.size(); ++i) call.packed[i] = 0.5f;
  CHECK(cardinal_step_rows(call.step) == 10, "%d rows", static_cast<int>(cardinal_step_rows(call.step)));
  CHECK(cardinal_step_run(call.step, call.input.data(), call.input.size(), call.second.data(), call.second.size(),
                          call.packed.data(), call.packed.size(),
                          call.output.data(), call.output.size(), nullptr, 0) == CARDINAL_OK,
        "%s", cardinal_last_error());
  Floats output(call.output.size(), 7.0f);
  CHECK(RunRows(call, 3, 4, &output) == CARDINAL_OK, "%s", cardinal_last_error());
  for (int64_t i = 0; i < output.size(); ++i) {
    const int64_t row = i / (14 * 32);
    CHECK(output[i] == (row >= 3 && row < 7 ? call.output[i] : 7.0f), "output %d", static_cast<int>(i));
  }
  CHECK(RunRows(call, 0, 10, &output) == CARDINAL_OK, "%s", cardinal_last_error());
  CHECK(std::memcmp(output.data(), call.output.data(), static_cast<size_t>(output.size()) * sizeof(float)) == 0,
        "all rows differ from the whole");
}

TEST(shouldRefuseRowsThatCannotBe) {
  Call call(kWide);
  const struct {
    const char* name;
    int64_t first_row;
    int64_t rows;
  } refused[] = {{"first_row", -1, 1}, {"first_row", 10, 1}, {"first_row", INT64_MAX, 1}, {"first_row", INT64_MIN, 1},
                 {"rows", 0, 0},       {"rows", 0, -1},      {"rows", 0, 11},             {"rows", 9, 2},
                 {"rows", 9, INT64_MAX}, {"rows", 0, INT64_MIN}};
  for (const auto& r : refused) {
    CHECK(RunRows(call, r.first_row, r.rows, &call.output) == CARDINAL_INVALID && Says(r.name),
          "%lld rows from %lld on: %s", static_cast<long long>(r.rows), static_cast<long long>(r.first_row),
          cardinal_last_error());
  }
  CHECK(cardinal_step_rows(nullptr) == -1, "rows of null");
  CHECK(cardinal_step_run_rows(nullptr, 0, 1, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0) ==
            CARDINAL_INVALID,
        "ran null");
  Floats output(call.output.size() - 1);
  CHECK(RunRows(call, 0, 1, &output) == CARDINAL_INVALID && Says("output"), "%s", cardinal_last_error());
}

// Of a narrow map several rows stand in a group of the layout; a pool to one pixel and a vector have no rows.
TEST(shouldRefuseRowsThatDoNotStandAlone) {
  Call narrow(kReduce);
  cardinal_step* steps[] = {nullptr, nullptr, nullptr};
  CHECK(cardinal_average_pool_create(1, 28, 28, 32, &steps[0]) == CARDINAL_OK &&
            cardinal_linear_create(1, 32, 10, &steps[1]) == CARDINAL_OK &&
            cardinal_max_pool_create(1, 26, 26, 32, &steps[2]) == CARDINAL_OK,
        "%s", cardinal_last_error());
  const cardinal_step* const refused[] = {narrow.step, steps[0], steps[1], steps[2]};
  for (const cardinal_step* step : refused) {
    CHECK(cardinal_step_rows(step) == 0, "%s has rows", cardinal_step_kernel(step));
    CHECK(cardinal_step_run_rows(step, 0, 1, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0) ==
                  CARDINAL_UNSUPPORTED &&
              Says("stand alone"),
          "%s: %s", cardinal_step_kernel(step), cardinal_last_error());
  }
  for (cardinal_step* step : steps) cardinal_step_destroy(step);
}

TEST(shouldRefusePartsAndPiecesThatCannotBe) {
  Call call(kReduce);
  const struct {
    const char* count_name;
    const char* name;
    int32_t number;
    int32_t count;
  } refused[] = {{"parts", "pieces", 0, 0},
                 {"parts", "pieces", 0, -1},
                 {"parts", "pieces", -1, INT32_MIN},
                 {"part:", "piece:", -1, 2},
                 {"part:", "piece:", 2, 2},
                 {"part:", "piece:", 1, 1},
                 {"part:", "piece:", INT32_MAX, 3},
                 {"part:", "piece:", INT32_MIN, INT32_MAX}};
  const auto run = [&](int32_t part, int32_t parts, int32_t piece, int32_t pieces) {
    return cardinal_step_run_part(call.step, part, parts, piece, pieces, call.input.data(), call.input.size(),
                                  call.second.data(), call.second.size(), call.packed.data(), call.packed.size(),
                                  call.output.data(), call.output.size(), nullptr, 0);
  };
  for (const auto& r : refused) {
    CHECK(run(r.number, r.count, 0, 1) == CARDINAL_INVALID, "part %d of %d was taken", r.number, r.count);
    CHECK(Says(r.count_name), "part %d of %d: %s", r.number, r.count, cardinal_last_error());
    CHECK(run(1, 2, r.number, r.count) == CARDINAL_INVALID, "piece %d of %d was taken", r.number, r.count);
    CHECK(Says(r.name), "piece %d of %d: %s", r.number, r.count, cardinal_last_error());
  }
  CHECK(cardinal_step_run_part(nullptr, 0, 1, 0, 1, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0) ==
            CARDINAL_INVALID,
        "ran null");
}

TEST(shouldRefuseEveryWrongBufferOfPacking) {
  Call call(kReduce);
  Floats weights(64 * 32, 1.0f);
  Floats bias(32, 1.0f);
  const auto pack = [&](const float* w, int64_t w_floats, const float* b, int64_t b_floats, float* p,
                        int64_t p_floats) {
    return cardinal_step_pack(call.step, w, w_floats, b, b_floats, p, p_floats);
  };
  const int64_t w = weights.size();
  const int64_t b = bias.size();
  const int64_t p = call.packed.size();
  float* const packed = call.packed.data();
  CHECK(pack(weights.data(), w, bias.data(), b, packed, p) == CARDINAL_OK, "%s", cardinal_last_error());
  const cardinal_status refused[] = {
      pack(nullptr, w, bias.data(), b, packed, p),
      pack(weights.data(), w - 1, bias.data(), b, packed, p),
      pack(weights.data(), w + 1, bias.data(), b, packed, p),
      pack(weights.data(), w, nullptr, b, packed, p),
      pack(weights.data(), w, bias.data(), b - 1, packed, p),
      pack(weights.data(), w, bias.data(), b + 1, packed, p),
      pack(weights.data(), w, bias.data(), b, nullptr, p),
      pack(weights.data(), w, bias.data(), b, packed, p - 1),
      pack(weights.data(), w, bias.data(), b, packed + 1, p),
      pack(packed, w, bias.data(), b, packed, p),
      pack(weights.data(), w, weights.data() + 16, b, packed, p),
  };
  for (const cardinal_status& status : refused) {
    CHECK(status == CARDINAL_INVALID, "case %d was taken", static_cast<int>(&status - refused));
  }
  cardinal_step* pool = nullptr;
  CHECK(cardinal_max_pool_create(1, 8, 8, 32, &pool) == CARDINAL_OK, "%s", cardinal_last_error());
  CHECK(cardinal_step_packed_floats(pool) == 0, "a pool has weights");
  CHECK(cardinal_step_pack(pool, weights.data(), w, bias.data(), b, packed, p) == CARDINAL_INVALID && Says("max_pool"),
        "%s", cardinal_last_error());
  cardinal_step_destroy(pool);
}

TEST(shouldPackAlikeWhateverTheImage) {
  Call call(kReduce);
  for (const int32_t stride : {1, 2}) {
    for (const int32_t size : {1, 7, 56}) {
      cardinal_convolution shape = kReduce;
      shape.batch = size;
      shape.height = size;
      shape.width = size;
      shape.stride = stride;
      cardinal_step* step = Make(shape);
      CHECK(cardinal_step_packed_floats(step) == call.packed.size(), "size %d", size);
      cardinal_step_destroy(step);
    }
  }
}

TEST(shouldKeepErrorsApartByThread) {
  cardinal_step* step = nullptr;
  CHECK(cardinal_convolution_create(nullptr, &step) == CARDINAL_INVALID, "taken");
  const std::string before = cardinal_last_error();
  std::thread([] {
    CHECK(std::strlen(cardinal_last_error()) == 0, "%s", cardinal_last_error());
    CHECK(cardinal_linear_create(0, 16, 16, nullptr) == CARDINAL_INVALID, "taken");
  }).join();
  CHECK(before == cardinal_last_error(), "%s became %s", before.c_str(), cardinal_last_error());
}

TEST(shouldFlushDenormalsAndRestoreTheControlRegister) {
  cardinal_convolution shape = kReduce;
  shape.has_relu = 0;
  Call call(shape);
  const struct {
    float input;
    float weight;
  } products[] = {{1e-40f, 1e30f},    // a denormal operand
                  {1e-21f, 1e-21f}};  // a denormal sum
  for (const auto& product : products) {
    for (int64_t i = 0; i < call.input.size(); ++i) call.input[i] = product.input;
    for (int64_t i = 0; i < call.packed.size(); ++i) call.packed[i] = i < 32 ? 0.0f : product.weight;
    const unsigned before = _mm_getcsr();
    CHECK(cardinal_step_run(call.step, call.input.data(), call.input.size(), call.second.data(), call.second.size(),
                            call.packed.data(), call.packed.size(),
                            call.output.data(), call.output.size(), nullptr, 0) == CARDINAL_OK,
          "%s", cardinal_last_error());
    CHECK(_mm_getcsr() == before, "MXCSR was %x, is %x", before, _mm_getcsr());
    for (int64_t i = 0; i < call.output.size(); ++i) {
      CHECK(call.output[i] == 0.0f, "output %d of %g * %g: %g", static_cast<int>(i), product.input, product.weight,
            call.output[i]);
    }
  }
}

TEST(shouldMeasureThePeakOfWhatTheInstructionSetHas) {
  const bool is_wide = std::strcmp(cardinal_isa(), "avx512") == 0;
  const struct {
    cardinal_peak kind;
    bool is_there;
  } cases[] = {
      {CARDINAL_PEAK_F32, true},
      {CARDINAL_PEAK_BF16, is_wide && HasAvx512Bf16()},
      {CARDINAL_PEAK_INT8, is_wide && HasAvx512Vnni()},
  };
  for (const auto& c : cases) {
    const double peak = cardinal_peak_burst(c.kind);
    if (c.is_there) {
      CHECK(peak > 0.0 && std::isfinite(peak), "kind %d: %g", c.kind, peak);
    } else {
      CHECK(peak == 0.0, "kind %d: %g", c.kind, peak);
      CHECK(std::strstr(cardinal_last_error(), "expected AVX512_") != nullptr, "%s", cardinal_last_error());
    }
  }
}

TEST(shouldRefuseAnUnknownPeak) {
  CHECK(cardinal_peak_burst(static_cast<cardinal_peak>(3)) == 0.0, "a peak was measured");
  CHECK(std::strstr(cardinal_last_error(), "found 3") != nullptr, "%s", cardinal_last_error());
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
