// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reading and writing safetensors files, and what any reader of stored tensors needs: positional
 * file reads, conversion of elements, atomic replacement of files.
 */
@NullMarked
package io.cardinal.engine.safetensors;

import org.jspecify.annotations.NullMarked;
