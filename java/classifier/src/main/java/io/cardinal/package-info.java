// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Image classification to embed in a server: open a {@link io.cardinal.Classifier}, call it from
 * any thread, close it.
 *
 * <p>An image goes this way: {@code io.cardinal.image} decodes, resizes, crops and normalises it as
 * the model file says; {@link io.cardinal.engine.Model} runs the network; a {@link
 * io.cardinal.Classification} ranks the classes.
 */
@NullMarked
package io.cardinal;

import org.jspecify.annotations.NullMarked;
