// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Writes networks for other engines, as ONNX.
 *
 * <p>Start with {@link io.cardinal.weights.onnx.OnnxModel}.
 */
@NullMarked
package io.cardinal.weights.onnx;

import org.jspecify.annotations.NullMarked;
