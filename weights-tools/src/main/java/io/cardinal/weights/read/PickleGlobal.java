// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.tensor.DataType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The globals that a checkpoint's pickle may name. None is ever looked up or called. */
enum PickleGlobal {
  ORDERED_DICT("collections.OrderedDict"),
  NAMESPACE("argparse.Namespace"),
  SIZE("torch.Size"),
  REBUILD_TENSOR("torch._utils._rebuild_tensor"),
  REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2"),
  REBUILD_PARAMETER("torch._utils._rebuild_parameter"),
  DOUBLE_STORAGE("torch.DoubleStorage", DataType.F64, 8),
  FLOAT_STORAGE("torch.FloatStorage", DataType.F32, 4),
  HALF_STORAGE("torch.HalfStorage", DataType.F16, 2),
  BFLOAT16_STORAGE("torch.BFloat16Storage", DataType.BF16, 2),
  LONG_STORAGE("torch.LongStorage", DataType.I64, 8),
  INT_STORAGE("torch.IntStorage", null, 4),
  SHORT_STORAGE("torch.ShortStorage", null, 2),
  CHAR_STORAGE("torch.CharStorage", null, 1),
  BYTE_STORAGE("torch.ByteStorage", null, 1),
  BOOL_STORAGE("torch.BoolStorage", null, 1),
  TYPED_STORAGE("torch.storage.TypedStorage"),
  UNTYPED_STORAGE("torch.storage.UntypedStorage", null, 1);

  private final String qualifiedName;
  private final @Nullable DataType type;
  private final int elementBytes;

  PickleGlobal(String qualifiedName) {
    this(qualifiedName, null, 0);
  }

  PickleGlobal(String qualifiedName, @Nullable DataType type, int elementBytes) {
    this.qualifiedName = qualifiedName;
    this.type = type;
    this.elementBytes = elementBytes;
  }

  static Optional<PickleGlobal> named(String qualifiedName) {
    for (PickleGlobal global : values()) {
      if (global.qualifiedName.equals(qualifiedName)) {
        return Optional.of(global);
      }
    }
    return Optional.empty();
  }

  String qualifiedName() {
    return qualifiedName;
  }

  /** The element type of a storage class; null where no parameter can have it. */
  @Nullable DataType type() {
    return type;
  }

  /** Bytes of an element of a storage class; 0 for what is none. */
  int elementBytes() {
    return elementBytes;
  }
}
