// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/** What a classifier does, for Micrometer: {@link io.cardinal.micrometer.CardinalMetrics}. */
@NullMarked
package io.cardinal.micrometer;

import org.jspecify.annotations.NullMarked;
