// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** How timm brings a picture of any shape to the input size of a model. */
public enum CropMode {
  /** Keeps the shape, covers the input and cuts off what stands over. */
  CENTER,
  /** Stretches both sides to fit; the shape is lost. */
  SQUASH,
  /** Keeps the shape, fits it into the input and fills the border with ImageNet's mean colour. */
  BORDER
}
