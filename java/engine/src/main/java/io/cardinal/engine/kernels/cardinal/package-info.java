// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * libcardinal's kernels: a whole network in their blocked layout, or none of it. The layout and
 * what each kernel takes stand in {@code native/include/cardinal.h}.
 */
@NullMarked
package io.cardinal.engine.kernels.cardinal;

import org.jspecify.annotations.NullMarked;
