// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A network as a graph of layers, which passes rewrite and plans run.
 *
 * <p>{@link io.cardinal.engine.graph.ResNeXt} builds the {@link io.cardinal.engine.graph.Graph} of
 * a {@link io.cardinal.engine.spec.ResNeXtSpec}, and knows the key and shape of each of its
 * parameters. A graph is a list of {@link io.cardinal.engine.graph.Node}s, named as checkpoints
 * name them; a node has an {@link io.cardinal.engine.graph.Op}, inputs and {@link
 * io.cardinal.engine.graph.Parameters}; each value has a {@link io.cardinal.engine.graph.Shape},
 * NHWC. All of it is immutable.
 *
 * <p>To count or to print a network needs no weights: {@link
 * io.cardinal.engine.graph.ResNeXt#describe} and {@link io.cardinal.engine.graph.TableOne}.
 */
@NullMarked
package io.cardinal.engine.graph;

import org.jspecify.annotations.NullMarked;
