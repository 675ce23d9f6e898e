// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Panels of weights, shared by the kernels whose outputs all read the same inputs.
//
// A panel is the weights of 32 outputs, [bias: 32][K][32]; where an odd number of 16 outputs is left, the last one is
// [bias: 16][K][16]. Panels stand behind each other, so the address after a panel is what is read next.
#ifndef CARDINAL_PANEL_H_
#define CARDINAL_PANEL_H_

#include <cstdint>

#include "layout.h"

namespace cardinal {

static inline int64_t PanelWidth(int64_t outputs, int64_t first) { return Minimum(kPanel, outputs - first); }

// Where the panel that starts with output `first` begins, for sums over `depth` products.
static inline int64_t PanelOffset(int64_t first, int64_t depth) { return first * (1 + depth); }

}  // namespace cardinal

#endif  // CARDINAL_PANEL_H_
