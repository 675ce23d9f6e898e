// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Image classification to embed in a server: open a {@link io.cardinal.Classifier}, call it from
 * any thread, close it.
 *
 * <p>An image goes this way: {@code io.cardinal.image} decodes, resizes, crops and normalises it as
 * the model file says; {@link io.cardinal.engine.Model} runs the network; a {@link
 * io.cardinal.Classification} ranks the classes.
 *
 * <p>One image that the caller waits for: {@code classify}. Many files: {@code classifyAll}, {@code
 * classifyEach}, {@code featuresEach}. One image of many that come at any time, as in a server:
 * {@code submit}, which makes batches of what comes together and refuses what is too much.
 *
 * <p>{@link io.cardinal.Options} holds the limits: threads, batches, queue, sizes of files and
 * pictures, around the network's own {@link io.cardinal.engine.EngineOptions}. Of many files each
 * one has an {@link io.cardinal.Outcome}, an answer or a failure; a picture that is refused is an
 * {@link io.cardinal.image.ImageException}.
 */
@NullMarked
package io.cardinal;

import org.jspecify.annotations.NullMarked;
