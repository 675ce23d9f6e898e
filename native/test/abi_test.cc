// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The C ABI: what it does. Runs with any value of CARDINAL_ISA.
#include <xmmintrin.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../src/cpu.h"
#include "abi_test.h"

namespace cardinal::test {
namespace {

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
  CHECK(call.Run() == CARDINAL_OK, "%s", cardinal_last_error());
  for (int64_t i = 0; i < call.output.size(); ++i) {
    CHECK(call.output[i] == 30.0f, "output %d: %g", static_cast<int>(i), call.output[i]);
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

// What they need no memory for is null.
TEST(shouldRunPoolsAndALinearLayer) {
  const struct {
    const char* kernel;
    cardinal_status (*create)(cardinal_step**);
    int64_t outputs;
    float expected;
  } cases[] = {
      {":max_pool", [](cardinal_step** step) { return cardinal_max_pool_create(2, 9, 9, 32, step); }, 1600, 1.0f},
      {":average_pool", [](cardinal_step** step) { return cardinal_average_pool_create(2, 9, 9, 32, step); }, 64, 1.0f},
      {":linear", [](cardinal_step** step) { return cardinal_linear_create(2, 32, 10, step); }, 20, 16.5f},
  };
  for (const auto& c : cases) {
    cardinal_step* step = nullptr;
    CHECK(c.create(&step) == CARDINAL_OK, "%s", cardinal_last_error());
    CHECK(cardinal_step_kernel(step) == cardinal_isa() + std::string(c.kernel), "%s", cardinal_step_kernel(step));
    CHECK(cardinal_step_output_floats(step) == c.outputs, "%s", c.kernel);
    const Floats input(cardinal_step_input_floats(step), 1.0f);
    const Floats packed(cardinal_step_packed_floats(step), 0.5f);
    Floats output(cardinal_step_output_floats(step));
    CHECK(cardinal_step_run(step, input.data(), input.size(), nullptr, 0, packed.size() == 0 ? nullptr : packed.data(),
                            packed.size(), output.data(), output.size(), nullptr, 0) == CARDINAL_OK,
          "%s", cardinal_last_error());
    for (int64_t i = 0; i < output.size(); ++i) {
      CHECK(output[i] == c.expected, "%s: output %d: %g", c.kernel, static_cast<int>(i), output[i]);
    }
    cardinal_step_destroy(step);
  }
}

TEST(shouldShareAStep) {
  cardinal_convolution shape = kReduce;
  shape.stride = 2;
  Call call(shape);
  for (int64_t i = 0; i < call.packed.size(); ++i) call.packed[i] = 0.5f;
  CHECK(call.Run() == CARDINAL_OK, "%s", cardinal_last_error());
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

TEST(shouldRunRangesOfRows) {
  Call call(kWide);
  for (int64_t i = 0; i < call.packed.size(); ++i) call.packed[i] = 0.5f;
  CHECK(cardinal_step_rows(call.step) == 10, "%d rows", static_cast<int>(cardinal_step_rows(call.step)));
  CHECK(call.Run() == CARDINAL_OK, "%s", cardinal_last_error());
  Floats output(call.output.size(), 7.0f);
  const auto run = [&](int64_t first_row, int64_t rows) {
    CHECK(cardinal_step_run_rows(call.step, first_row, rows, call.input.data(), call.input.size(), nullptr, 0,
                                 call.packed.data(), call.packed.size(), output.data(), output.size(), nullptr, 0) ==
              CARDINAL_OK,
          "%s", cardinal_last_error());
  };
  run(3, 4);
  for (int64_t i = 0; i < output.size(); ++i) {
    const int64_t row = i / (14 * 32);
    CHECK(output[i] == (row >= 3 && row < 7 ? call.output[i] : 7.0f), "output %d", static_cast<int>(i));
  }
  run(0, 10);
  CHECK(std::memcmp(output.data(), call.output.data(), static_cast<size_t>(output.size()) * sizeof(float)) == 0,
        "all rows differ from the whole");
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
    CHECK(call.Run() == CARDINAL_OK, "%s", cardinal_last_error());
    CHECK(_mm_getcsr() == before, "MXCSR was %x, is %x", before, _mm_getcsr());
    for (int64_t i = 0; i < call.output.size(); ++i) {
      CHECK(call.output[i] == 0.0f, "output %d of %g * %g: %g", static_cast<int>(i), product.input, product.weight,
            call.output[i]);
    }
  }
}

TEST(shouldFlushDenormalsOfTheThreadUntilToldOtherwise) {
  constexpr unsigned kControl = 0xffc0;  // without what was met
  const unsigned before = _mm_getcsr() & kControl;
  volatile float denormal = 1e-40f;
  CHECK(cardinal_flush_denormals(1) == 0, "flushed before");
  CHECK(denormal * 2.0f == 0.0f, "%g", denormal * 2.0f);
  CHECK(cardinal_flush_denormals(1) == 1, "not flushed");
  CHECK(cardinal_flush_denormals(0) == 1, "not flushed");
  CHECK(denormal * 2.0f > 0.0f, "%g", denormal * 2.0f);
  CHECK(cardinal_flush_denormals(0) == 0, "still flushed");
  CHECK((_mm_getcsr() & kControl) == before, "MXCSR was %x, is %x", before, _mm_getcsr());
}

TEST(shouldNeverTakeNanForTheMaximum) {
  cardinal_step* step = nullptr;
  CHECK(cardinal_max_pool_create(1, 5, 5, 16, &step) == CARDINAL_OK, "%s", cardinal_last_error());
  for (int64_t pixel = 0; pixel < 25; ++pixel) {
    Floats input(cardinal_step_input_floats(step), -2.0f);
    Floats output(cardinal_step_output_floats(step));
    for (int64_t channel = 0; channel < 16; ++channel) input[16 * pixel + channel] = NAN;
    CHECK(cardinal_step_run(step, input.data(), input.size(), nullptr, 0, nullptr, 0, output.data(), output.size(),
                            nullptr, 0) == CARDINAL_OK,
          "%s", cardinal_last_error());
    for (int64_t i = 0; i < output.size(); ++i) {
      CHECK(output[i] == -2.0f, "NaN at %d: output %d: %g", static_cast<int>(pixel), static_cast<int>(i), output[i]);
    }
  }
  cardinal_step_destroy(step);
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
      const std::string expected = c.kind == CARDINAL_PEAK_BF16 ? "AVX512_BF16 for 1" : "AVX512_VNNI for 2";
      CHECK(cardinal_last_error() == "kind: expected " + expected + ", found a CPU or a CARDINAL_ISA without", "%s",
            cardinal_last_error());
    }
  }
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
