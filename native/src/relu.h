// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The ReLU of the scalar kernels: zero for NaN too, as vmaxps has it.
#ifndef CARDINAL_RELU_H_
#define CARDINAL_RELU_H_

namespace cardinal {

static inline float Relu(float value) { return value > 0.0f ? value : 0.0f; }

}  // namespace cardinal

#endif  // CARDINAL_RELU_H_
