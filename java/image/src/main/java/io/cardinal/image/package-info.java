// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Picture files to network input: the same bytes as Pillow 13, torchvision and timm.
 *
 * <pre>
 *   byte[] file --ImageDecoder--&gt; Pixels --Preprocessor.apply--&gt; Pixels --normalise--&gt; float[] NHWC
 * </pre>
 *
 * <ul>
 *   <li>{@link io.cardinal.image.ImageKind} names the kind of a file from its first bytes; names
 *       and extensions are never looked at.
 *   <li>{@link io.cardinal.image.ImageDecoder} has one decoder for each kind and no second try with
 *       another. Every limit is checked from the header, before anything is decoded or allocated.
 *   <li>{@link io.cardinal.image.Preprocessor} resizes, crops and normalises; {@link
 *       io.cardinal.image.Resize} is its first step, plain sizes in and out.
 *   <li>{@link io.cardinal.image.ImageException} is the one way in which a file is refused.
 * </ul>
 *
 * <p>Huffman, DCT and VP8 are leptonica's (libjpeg-turbo, libwebp), inflate and the samples of
 * JPEGs of four components are the JDK's; LZW, run lengths and facsimile codes are read here, and
 * so are the rules that turn samples into Pillow's RGB. Native code is called only after the
 * markers of the file were walked in Java.
 *
 * <p>What follows Pillow's bytes by default and can be chosen: {@link
 * io.cardinal.image.ImageDecoder#withExifOrientation} turns pictures upright, {@link
 * io.cardinal.image.PassOrder} gives the bytes of Pillow 12 and older.
 *
 * <p>JavaCPP and JNA extract their native libraries when the first JPEG or WebP (or TIFF with a
 * JPEG inside) is decoded. This package does not choose the folder: whoever starts it sets {@code
 * org.bytedeco.javacpp.cachedir} and {@code jna.tmpdir} before.
 *
 * <p>Everything here may be used from any thread.
 */
@NullMarked
package io.cardinal.image;

import org.jspecify.annotations.NullMarked;
