// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/**
 * One class of an answer.
 *
 * @param index the class, from 0
 * @param label the name shown
 * @param id the WordNet id, or empty where none is known
 * @param probability softmax of the logits, 0 to 1
 * @param logit the network's output
 */
public record Prediction(int index, String label, String id, float probability, float logit) {}
