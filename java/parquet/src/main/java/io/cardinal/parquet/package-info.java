// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

/** Rows and vectors of the {@code cardinal} command as Parquet files. */
@NullMarked
package io.cardinal.parquet;

import org.jspecify.annotations.NullMarked;
