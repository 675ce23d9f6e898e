// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/** Key layouts: from named tensors to the network that they are, and what lies beside them. */
@NullMarked
package io.cardinal.weights.map;

import org.jspecify.annotations.NullMarked;
