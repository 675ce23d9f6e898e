// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

/**
 * A model file or a checkpoint cannot be used.
 *
 * <p>The message is one line: what is wrong, what was expected, what was found, what to do.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a model file or checkpoint is refused. */
  public enum Reason {
    /** The file has no bytes, or no tensor data at all. */
    EMPTY,
    /** The first bytes are those of no container that is read. */
    UNKNOWN_CONTAINER,
    /** A Git LFS pointer stands in place of the file. */
    LFS_POINTER,
    /** The file ends before what its header promises. */
    TRUNCATED,
    /** The file contradicts itself or its format. */
    CORRUPT,
    /** A TorchScript program, not a state dict. */
    TORCHSCRIPT,
    /** A whole pickled module, not a state dict. */
    PICKLED_MODULE,
    /** The pickle names something outside the allow list. */
    UNSAFE_PICKLE,
    /** A zip entry is compressed; {@code torch.save} stores them. */
    COMPRESSED_ENTRY,
    /** The file holds data, but no tensor. */
    NO_TENSORS,
    /** A file of a sharded checkpoint is not there. */
    SHARD_MISSING,
    /** The tensors are those of another family of networks. */
    OTHER_FAMILY,
    /** A relative of ResNeXt that is not supported. */
    UNSUPPORTED_VARIANT,
    /** A tensor that the network needs is not there. */
    MISSING_TENSOR,
    /** A tensor has another shape than the network needs. */
    WRONG_SHAPE,
    /** A parameter is NaN or infinite. */
    NOT_FINITE,
    /** A parameter has an impossible value, such as a negative variance. */
    BAD_VALUE,
    /** The labels are more or fewer than the classes. */
    LABEL_COUNT,
    /** The model file's format is newer than this version reads. */
    NEWER_FORMAT,
    /** The network is larger than the kind of file to write can hold. */
    TOO_LARGE
  }

  /** Why; not null. */
  private final Reason reason;

  /**
   * The failure; its message is made of what follows.
   *
   * @param reason why
   * @param what the file or tensor, and what is wrong with it
   * @param expected what was expected; may be empty
   * @param found what was found; may be empty
   * @param remedy what to do; may be empty
   */
  public ModelException(Reason reason, String what, String expected, String found, String remedy) {
    super(Message.compose(what, expected, found, remedy));
    this.reason = reason;
  }

  /**
   * As the other constructor, with the cause.
   *
   * @param reason why
   * @param what the file or tensor, and what is wrong with it
   * @param expected what was expected; may be empty
   * @param found what was found; may be empty
   * @param remedy what to do; may be empty
   * @param cause what led to it
   */
  public ModelException(
      Reason reason, String what, String expected, String found, String remedy, Throwable cause) {
    super(Message.compose(what, expected, found, remedy), cause);
    this.reason = reason;
  }

  /** {@return why the file is refused} */
  public Reason reason() {
    return reason;
  }
}
