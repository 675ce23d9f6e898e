// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "kernels.h"

#include "average_pool/average_pool.h"
#include "convolution1x1/convolution1x1.h"
#include "grouped3x3/grouped3x3.h"
#include "linear/linear.h"
#include "max_pool/max_pool.h"
#include "stem/stem.h"

namespace cardinal {
namespace {

constexpr Kernel kKernels[] = {
    {"avx512:convolution1x1", Isa::kAvx512, convolution1x1::Fits, convolution1x1::PackedFloats, convolution1x1::Pack,
     convolution1x1::ScratchFloats, convolution1x1::avx512::Run},
    {"avx512:grouped3x3", Isa::kAvx512, grouped3x3::Fits, grouped3x3::PackedFloats, grouped3x3::Pack, nullptr,
     grouped3x3::avx512::Run},
    {"avx512:stem", Isa::kAvx512, stem::Fits, stem::PackedFloats, stem::Pack, stem::ScratchFloats, stem::avx512::Run},
    {"avx512:max_pool", Isa::kAvx512, max_pool::Fits, nullptr, nullptr, nullptr, max_pool::avx512::Run},
    {"avx512:average_pool", Isa::kAvx512, average_pool::Fits, nullptr, nullptr, nullptr, average_pool::avx512::Run},
    {"avx512:linear", Isa::kAvx512, linear::Fits, linear::PackedFloats, linear::Pack, nullptr, linear::avx512::Run},

    {"scalar:convolution1x1", Isa::kScalar, convolution1x1::Fits, convolution1x1::PackedFloats, convolution1x1::Pack,
     nullptr, convolution1x1::scalar::Run},
    {"scalar:grouped3x3", Isa::kScalar, grouped3x3::Fits, grouped3x3::PackedFloats, grouped3x3::Pack, nullptr,
     grouped3x3::scalar::Run},
    {"scalar:stem", Isa::kScalar, stem::Fits, stem::PackedFloats, stem::Pack, nullptr, stem::scalar::Run},
    {"scalar:max_pool", Isa::kScalar, max_pool::Fits, nullptr, nullptr, nullptr, max_pool::scalar::Run},
    {"scalar:average_pool", Isa::kScalar, average_pool::Fits, nullptr, nullptr, nullptr, average_pool::scalar::Run},
    {"scalar:linear", Isa::kScalar, linear::Fits, linear::PackedFloats, linear::Pack, nullptr, linear::scalar::Run},
};

}  // namespace

const Kernel* FindKernel(Isa isa, const Shape& shape) {
  for (const Kernel& kernel : kKernels) {
    if (kernel.isa <= isa && kernel.fits(shape)) return &kernel;
  }
  return nullptr;
}

int64_t PackedFloats(const Kernel& kernel, const Shape& shape) {
  return kernel.packed_floats == nullptr ? 0 : kernel.packed_floats(shape);
}

int64_t ScratchFloats(const Kernel& kernel, const Shape& shape) {
  return kernel.scratch_floats == nullptr ? 0 : kernel.scratch_floats(shape);
}

}  // namespace cardinal
