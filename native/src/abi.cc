// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "../include/cardinal.h"

#include <pthread.h>
#include <time.h>
#include <xmmintrin.h>

#include <cinttypes>
#include <cstdlib>
#include <new>

#include "check.h"
#include "cpu.h"
#include "error.h"
#include "kernels.h"
#include "peak/peak.h"
#include "shape.h"

struct cardinal_step {
  cardinal::Shape shape;
  const cardinal::Kernel* kernel;
  int64_t packed_floats;
  int64_t scratch_floats;
};

namespace cardinal {
namespace {

struct Choice {
  Isa isa;
  bool known;
  char value[64];
};

Choice choice;

void Choose() {
  const char* value = std::getenv("CARDINAL_ISA");
  choice.known = CapIsa(value, DetectIsa(), &choice.isa);
  for (size_t i = 0; value != nullptr && value[i] != '\0' && i + 1 < sizeof(choice.value); ++i) {
    choice.value[i] = value[i];
  }
}

// Reads CARDINAL_ISA, once. The C library does what the C++ library would here, because the latter brings an unwinder
// that asks for a newer C library than the rest.
const Choice& ChosenIsa() {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, Choose);
  return choice;
}

cardinal_status CheckIsa() {
  if (ChosenIsa().known) return CARDINAL_OK;
  return Fail(CARDINAL_INVALID, "CARDINAL_ISA: expected avx512 or scalar, found \"%s\"", ChosenIsa().value);
}

cardinal_status Create(const Shape& shape, cardinal_step** step) {
  if (step == nullptr) return Fail(CARDINAL_INVALID, "step: expected where to store the step, found null");
  *step = nullptr;
  cardinal_status status = CheckIsa();
  if (status != CARDINAL_OK) return status;
  status = CheckShape(shape);
  if (status != CARDINAL_OK) return status;
  const Kernel* kernel = FindKernel(ChosenIsa().isa, shape);
  if (kernel == nullptr) return FailUnsupported(shape);
  const int64_t packed_floats = PackedFloats(*kernel, shape);
  const int64_t scratch_floats = ScratchFloats(*kernel, shape);
  status = CheckBufferSize("packed", packed_floats);
  if (status != CARDINAL_OK) return status;
  status = CheckBufferSize("scratch", scratch_floats);
  if (status != CARDINAL_OK) return status;
  void* memory = std::malloc(sizeof(cardinal_step));
  if (memory == nullptr) return Fail(CARDINAL_NO_MEMORY, "step: expected memory for one, found none");
  *step = new (memory) cardinal_step{shape, kernel, packed_floats, scratch_floats};
  return CARDINAL_OK;
}

constexpr unsigned kFlushToZeroDenormalsAreZero = 0x8040;

// Denormal numbers count as zero while this lives.
class FlushDenormals {
 public:
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | kFlushToZeroDenormalsAreZero); }
  ~FlushDenormals() { _mm_setcsr(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  const unsigned saved_;
};

// Null, and the error kept, where the instruction set in use has no such multiply-add.
peak::Run* PeakRun(int kind) {
  if (CheckIsa() != CARDINAL_OK) return nullptr;
  const bool is_wide = ChosenIsa().isa == Isa::kAvx512;
  switch (kind) {
    case CARDINAL_PEAK_F32:
      return is_wide ? peak::avx512::RunF32 : peak::scalar::RunF32;
    case CARDINAL_PEAK_BF16:
      if (is_wide && HasAvx512Bf16()) return peak::avx512::RunBf16;
      Fail(CARDINAL_UNSUPPORTED, "kind: expected AVX512_BF16 for %d, found a CPU or a CARDINAL_ISA without", kind);
      return nullptr;
    case CARDINAL_PEAK_INT8:
      if (is_wide && HasAvx512Vnni()) return peak::avx512::RunInt8;
      Fail(CARDINAL_UNSUPPORTED, "kind: expected AVX512_VNNI for %d, found a CPU or a CARDINAL_ISA without", kind);
      return nullptr;
    default:
      Fail(CARDINAL_INVALID, "kind: expected a cardinal_peak, found %d", kind);
      return nullptr;
  }
}

cardinal_status CheckStep(const cardinal_step* step) {
  return step != nullptr ? CARDINAL_OK : Fail(CARDINAL_INVALID, "step: expected a step, found null");
}

cardinal_status Run(const cardinal_step& step, const Share& share, const float* input, int64_t input_floats,
                    const float* second, int64_t second_floats, const float* packed, int64_t packed_floats,
                    float* output, int64_t output_floats, float* scratch, int64_t scratch_floats) {
  const Buffer buffers[] = {{"input", input, input_floats, InputFloats(step.shape)},
                            {"second", second, second_floats, SecondFloats(step.shape)},
                            {"packed", packed, packed_floats, step.packed_floats},
                            {"output", output, output_floats, OutputFloats(step.shape)},
                            {"scratch", scratch, scratch_floats, step.scratch_floats}};
  const cardinal_status status = CheckBuffers(buffers, 5);
  if (status != CARDINAL_OK) return status;
  const FlushDenormals flush;
  step.kernel->run(step.shape, share, input, second, packed, output, scratch);
  return CARDINAL_OK;
}

}  // namespace
}  // namespace cardinal

using cardinal::Layer;
using cardinal::Shape;

const char* cardinal_last_error(void) { return cardinal::LastError(); }

const char* cardinal_version(void) { return CARDINAL_VERSION; }

const char* cardinal_isa(void) {
  return cardinal::CheckIsa() == CARDINAL_OK ? cardinal::IsaName(cardinal::ChosenIsa().isa) : nullptr;
}

int32_t cardinal_prefers_interleaved(void) {
  return cardinal::CheckIsa() == CARDINAL_OK && cardinal::ChosenIsa().isa == cardinal::Isa::kAvx512 &&
                 cardinal::IsIntel()
             ? 1
             : 0;
}

cardinal_status cardinal_convolution_create(const cardinal_convolution* shape, cardinal_step** step) {
  if (step != nullptr) *step = nullptr;
  if (shape == nullptr) return cardinal::Fail(CARDINAL_INVALID, "shape: expected a shape, found null");
  const int32_t flags[] = {shape->has_residual, shape->has_relu};
  for (const int32_t& flag : flags) {
    if (flag != 0 && flag != 1) {
      return cardinal::Fail(CARDINAL_INVALID, "%s: expected 0 or 1, found %d",
                            &flag == flags ? "has_residual" : "has_relu", flag);
    }
  }
  const int32_t interleaves[] = {shape->input_interleave, shape->output_interleave};
  for (const int32_t& interleave : interleaves) {
    if (interleave != 0 && interleave != 4 && interleave != 8) {
      return cardinal::Fail(CARDINAL_INVALID, "%s: expected 0, 4 or 8, found %d",
                            &interleave == interleaves ? "input_interleave" : "output_interleave", interleave);
    }
  }
  Shape made;
  made.layer = Layer::kConvolution;
  made.batch = shape->batch;
  made.height = shape->height;
  made.width = shape->width;
  made.inputs = shape->inputs;
  made.outputs = shape->outputs;
  made.kernel = shape->kernel;
  made.stride = shape->stride;
  made.padding = shape->padding;
  made.groups = shape->groups;
  made.input_interleave = shape->input_interleave;
  made.output_interleave = shape->output_interleave;
  made.second_inputs = shape->second_inputs;
  made.second_height = shape->second_height;
  made.second_width = shape->second_width;
  made.second_stride = shape->second_stride;
  made.residual = shape->has_residual == 1;
  made.relu = shape->has_relu == 1;
  return cardinal::Create(made, step);
}

cardinal_status cardinal_max_pool_create(int32_t batch, int32_t height, int32_t width, int32_t channels,
                                         cardinal_step** step) {
  return cardinal::Create(cardinal::Pool(Layer::kMaxPool, batch, height, width, channels), step);
}

cardinal_status cardinal_average_pool_create(int32_t batch, int32_t height, int32_t width, int32_t channels,
                                             cardinal_step** step) {
  return cardinal::Create(cardinal::Pool(Layer::kAveragePool, batch, height, width, channels), step);
}

cardinal_status cardinal_linear_create(int32_t batch, int32_t inputs, int32_t outputs, cardinal_step** step) {
  return cardinal::Create(cardinal::Linear(batch, inputs, outputs), step);
}

void cardinal_step_destroy(cardinal_step* step) { std::free(step); }

const char* cardinal_step_kernel(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? step->kernel->name : nullptr;
}

int64_t cardinal_step_input_floats(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? InputFloats(step->shape) : -1;
}

int64_t cardinal_step_second_floats(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? SecondFloats(step->shape) : -1;
}

int64_t cardinal_step_output_floats(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? OutputFloats(step->shape) : -1;
}

int64_t cardinal_step_packed_floats(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? step->packed_floats : -1;
}

int64_t cardinal_step_scratch_floats(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? step->scratch_floats : -1;
}

cardinal_status cardinal_step_pack(const cardinal_step* step, const float* weights, int64_t weights_floats,
                                   const float* bias, int64_t bias_floats, float* packed, int64_t packed_floats) {
  cardinal_status status = cardinal::CheckStep(step);
  if (status != CARDINAL_OK) return status;
  if (step->kernel->pack == nullptr) {
    return cardinal::Fail(CARDINAL_INVALID, "step: expected one with weights, found %s", step->kernel->name);
  }
  const cardinal::Buffer buffers[] = {{"weights", weights, weights_floats, WeightsFloats(step->shape), true},
                                      {"bias", bias, bias_floats, BiasFloats(step->shape), true},
                                      {"packed", packed, packed_floats, step->packed_floats}};
  status = cardinal::CheckBuffers(buffers, 3);
  if (status != CARDINAL_OK) return status;
  step->kernel->pack(step->shape, weights, bias, packed);
  return CARDINAL_OK;
}

cardinal_status cardinal_step_run(const cardinal_step* step, const float* input, int64_t input_floats,
                                  const float* second, int64_t second_floats, const float* packed,
                                  int64_t packed_floats, float* output, int64_t output_floats, float* scratch,
                                  int64_t scratch_floats) {
  return cardinal_step_run_part(step, 0, 1, 0, 1, input, input_floats, second, second_floats, packed, packed_floats,
                                output, output_floats, scratch, scratch_floats);
}

cardinal_status cardinal_step_run_part(const cardinal_step* step, int32_t part, int32_t parts, int32_t piece,
                                       int32_t pieces, const float* input, int64_t input_floats,
                                       const float* second, int64_t second_floats, const float* packed,
                                       int64_t packed_floats, float* output, int64_t output_floats, float* scratch,
                                       int64_t scratch_floats) {
  cardinal_status status = cardinal::CheckStep(step);
  if (status != CARDINAL_OK) return status;
  status = cardinal::CheckRange("parts", parts, 1, INT32_MAX);
  if (status != CARDINAL_OK) return status;
  status = cardinal::CheckRange("part", part, 0, parts - 1);
  if (status != CARDINAL_OK) return status;
  status = cardinal::CheckRange("pieces", pieces, 1, INT32_MAX);
  if (status != CARDINAL_OK) return status;
  status = cardinal::CheckRange("piece", piece, 0, pieces - 1);
  if (status != CARDINAL_OK) return status;
  const cardinal::Share share = {part, parts, {}, piece, pieces};
  return cardinal::Run(*step, share, input, input_floats, second, second_floats, packed, packed_floats, output,
                       output_floats, scratch, scratch_floats);
}

int64_t cardinal_step_rows(const cardinal_step* step) {
  return cardinal::CheckStep(step) == CARDINAL_OK ? RowsToName(step->shape) : -1;
}

cardinal_status cardinal_step_run_rows(const cardinal_step* step, int64_t first_row, int64_t rows, const float* input,
                                       int64_t input_floats, const float* second, int64_t second_floats,
                                       const float* packed, int64_t packed_floats, float* output,
                                       int64_t output_floats, float* scratch, int64_t scratch_floats) {
  cardinal_status status = cardinal::CheckStep(step);
  if (status != CARDINAL_OK) return status;
  const int64_t all = RowsToName(step->shape);
  if (all == 0) {
    return cardinal::Fail(CARDINAL_UNSUPPORTED,
                          "step: expected output rows that stand alone (of a convolution or max-pool, at least 14 "
                          "columns or one row), found %s with %" PRId64 " rows of %" PRId64 " columns",
                          step->kernel->name, OutputHeight(step->shape), OutputWidth(step->shape));
  }
  status = cardinal::CheckRange("first_row", first_row, 0, all - 1);
  if (status != CARDINAL_OK) return status;
  status = cardinal::CheckRange("rows", rows, 1, all - first_row);
  if (status != CARDINAL_OK) return status;
  const cardinal::Share share = {0, 1, {first_row, first_row + rows}};
  return cardinal::Run(*step, share, input, input_floats, second, second_floats, packed, packed_floats, output,
                       output_floats, scratch, scratch_floats);
}

int32_t cardinal_flush_denormals(int32_t flush) {
  constexpr unsigned kBoth = cardinal::kFlushToZeroDenormalsAreZero;
  const unsigned before = _mm_getcsr();
  _mm_setcsr(flush != 0 ? before | kBoth : before & ~kBoth);
  return (before & kBoth) == kBoth ? 1 : 0;
}

double cardinal_peak_burst(cardinal_peak kind) {
  cardinal::peak::Run* run = cardinal::PeakRun(kind);
  if (run == nullptr) return 0.0;
  constexpr int64_t kTurns = 24000;
  timespec begin;
  timespec end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  const int64_t multiply_adds = run(kTurns);
  clock_gettime(CLOCK_MONOTONIC, &end);
  const double nanoseconds =
      1e9 * static_cast<double>(end.tv_sec - begin.tv_sec) + static_cast<double>(end.tv_nsec - begin.tv_nsec);
  return static_cast<double>(2 * multiply_adds * cardinal::peak::kChains * kTurns) / nanoseconds;
}
