// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

import java.util.Map;

/**
 * A network that has a name.
 *
 * @param name as torchvision, timm or the paper spell it, in lower case
 * @param spec the network
 * @param input side of its usual input, in pixels
 * @param paperErrors errors in percent as the ResNeXt paper prints them, by {@code top1}, {@code
 *     top5} (ImageNet validation, 224 pixels), {@code cifar10}, {@code cifar100}; empty where it
 *     prints none
 * @param paperSource the paper's table; empty where it prints no error
 */
public record Architecture(
    String name, ResNeXtSpec spec, int input, Map<String, Double> paperErrors, String paperSource) {
  /**
   * Copies the map.
   *
   * @param name as torchvision, timm or the paper spell it, in lower case
   * @param spec the network
   * @param input side of its usual input, in pixels
   * @param paperErrors errors in percent as the ResNeXt paper prints them, by {@code top1}, {@code
   *     top5} (ImageNet validation, 224 pixels), {@code cifar10}, {@code cifar100}; empty where it
   *     prints none
   * @param paperSource the paper's table; empty where it prints no error
   */
  public Architecture {
    paperErrors = Map.copyOf(paperErrors);
  }
}
