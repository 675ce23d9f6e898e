// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The machine underneath: processor cores given to this process, native libraries and where they
 * are extracted, native memory and its budget.
 */
@NullMarked
package io.cardinal.engine.platform;

import org.jspecify.annotations.NullMarked;
