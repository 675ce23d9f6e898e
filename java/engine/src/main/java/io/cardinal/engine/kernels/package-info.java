// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cardinal.engine.kernels;

import org.jspecify.annotations.NullMarked;
