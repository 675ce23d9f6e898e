// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cardinal.engine.spec;

import org.jspecify.annotations.NullMarked;
