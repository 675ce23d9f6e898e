// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What a network is, and how pictures become its input, without any weights.
 *
 * <p>{@link io.cardinal.engine.spec.ResNeXtSpec} says it as the paper's first table does: blocks of
 * each {@link io.cardinal.engine.spec.Stage}, cardinality, base width, {@link
 * io.cardinal.engine.spec.Stem}, classes. {@link io.cardinal.engine.spec.Architectures} lists the
 * networks that have a name. {@link io.cardinal.engine.spec.Preprocessing} is the other half of a
 * model file: input size, resize, crop, mean and deviation. All are immutable and refuse values out
 * of range when they are made.
 */
@NullMarked
package io.cardinal.engine.spec;

import org.jspecify.annotations.NullMarked;
