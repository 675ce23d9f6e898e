// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/** JMH benchmarks: one question a class. Each result is checked once before it is timed. */
@NullMarked
package io.cardinal.benchmarks;

import org.jspecify.annotations.NullMarked;
