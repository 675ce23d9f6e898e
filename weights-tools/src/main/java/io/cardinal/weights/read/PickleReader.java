// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.weights.read.PickleValues.Constant;
import io.cardinal.weights.read.PickleValues.Sequence;
import io.cardinal.weights.read.PickleValues.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a pickle as data. It knows the 34 opcodes that {@code torch.save} needs and the globals of
 * {@link PickleGlobal}; anything else ends the reading. Nothing is imported, constructed by name or
 * called, nesting needs no recursion, and every object is paid for from a {@link MemoryBudget}
 * before it is made.
 */
final class PickleReader {
  static final int MAX_TEXT = 1 << 20;
  static final int MAX_MARKS = 64;
  static final int MAX_GLOBAL_NAME = 512;
  private static final int MAX_PROTOCOL = 5;

  private final ByteSource in;
  private final StorageTable storages;
  private final MemoryBudget budget;
  private final PickleCalls calls;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private final Set<String> globals = new LinkedHashSet<>();
  private int marks;

  PickleReader(ByteSource in, StorageTable storages, MemoryBudget budget) {
    this.in = in;
    this.storages = storages;
    this.budget = budget;
    this.calls = new PickleCalls(in, storages, budget);
  }

  /** The globals that were named so far. */
  Set<String> globals() {
    return globals;
  }

  /** Reads up to the STOP opcode and gives the one object that is left. */
  Object read() {
    while (true) {
      int opcode = in.unsignedByte();
      if (opcode == '.') {
        Object result = pop();
        if (!stack.isEmpty()) {
          throw in.corrupt("the pickle ends", "one object", (stack.size() + 1) + " objects");
        }
        return result;
      }
      step(opcode);
    }
  }

  private void step(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(); // PROTO
      case '(' -> mark(); // MARK
      case 'N' -> push(Constant.NONE, 0); // NONE
      case 0x88 -> push(true, 0); // NEWTRUE
      case 0x89 -> push(false, 0); // NEWFALSE
      case 'K' -> pushNumber(in.unsignedByte()); // BININT1
      case 'M' -> pushNumber(in.unsignedShort()); // BININT2
      case 'J' -> pushNumber(in.littleInt()); // BININT
      case 0x8a -> longNumber(in.unsignedByte()); // LONG1
      case 'G' -> push(in.bigDouble(), 24); // BINFLOAT
      case 'X' -> text(in.littleInt() & 0xffffffffL, false); // BINUNICODE
      case 'U' -> text(in.unsignedByte(), true); // SHORT_BINSTRING
      case '}' -> push(new Dict(), 2 * MemoryBudget.NODE); // EMPTY_DICT
      case ']' -> push(new Sequence(), MemoryBudget.NODE); // EMPTY_LIST
      case ')' -> push(new Tuple(), MemoryBudget.NODE); // EMPTY_TUPLE
      case 0x8f -> push(Constant.OPAQUE, 0); // EMPTY_SET
      case 't' -> tuple(); // TUPLE
      case 0x85 -> tuple(1); // TUPLE1
      case 0x86 -> tuple(2); // TUPLE2
      case 0x87 -> tuple(3); // TUPLE3
      case 'a' -> append(); // APPEND
      case 'e' -> appendMarked(); // APPENDS
      case 's' -> setItems(top(2)); // SETITEM
      case 'u' -> setMarkedItems(); // SETITEMS
      case 'c' -> global(); // GLOBAL
      case 'R' -> call(); // REDUCE
      case 0x81 -> make(); // NEWOBJ
      case 'b' -> build(); // BUILD
      case 'q' -> remember(in.unsignedByte()); // BINPUT
      case 'r' -> remember(in.littleInt()); // LONG_BINPUT
      case 'h' -> recall(in.unsignedByte()); // BINGET
      case 'j' -> recall(in.littleInt()); // LONG_BINGET
      case 'Q' -> push(storages.persistent(pop()), MemoryBudget.NODE); // BINPERSID
      default -> throw unknown(opcode);
    }
  }

  private ModelException unknown(int opcode) {
    return new ModelException(
        Reason.UNSAFE_PICKLE,
        in.name() + ": the pickle has an operation that torch.save does not write",
        "one of 34 operations",
        String.format("0x%02x at byte %d", opcode, in.position() - 1),
        "save model.state_dict() with torch.save");
  }

  private void protocol() {
    int version = in.unsignedByte();
    if (version > MAX_PROTOCOL) {
      throw in.corrupt(
          "the pickle's protocol", "at most " + MAX_PROTOCOL, Integer.toString(version));
    }
  }

  // ---- the stack

  /** Pushes what costs {@code bytes} beside its place on the stack, which may be copied. */
  private void push(Object value, int bytes) {
    budget.take(16L + bytes);
    stack.add(value);
  }

  private void pushNumber(long value) {
    push(value, 24);
  }

  private Object pop() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == Constant.MARK) {
      throw in.corrupt("the pickle takes an object", "one on the stack", "none");
    }
    return stack.remove(stack.size() - 1);
  }

  /** Index of the uppermost objects; none of them is a mark, and one object lies below. */
  private int top(int count) {
    int from = stack.size() - count;
    if (from < 1 || stack.subList(from - 1, stack.size()).contains(Constant.MARK)) {
      throw in.corrupt("the pickle takes objects", count + " and their collection", "fewer");
    }
    return from;
  }

  private void mark() {
    if (++marks > MAX_MARKS) {
      throw in.corrupt("the pickle is nested", "at most " + MAX_MARKS + " deep", "deeper");
    }
    push(Constant.MARK, 0);
  }

  /** Index of the first object above the last mark. */
  private int aboveMark() {
    int mark = stack.lastIndexOf(Constant.MARK);
    if (mark < 0) {
      throw in.corrupt("the pickle closes a collection", "an open one", "none");
    }
    marks--;
    return mark + 1;
  }

  private void cut(int size) {
    stack.subList(size, stack.size()).clear();
  }

  // ---- values

  private void longNumber(int length) {
    byte[] bytes = in.bytes(length);
    if (length > Long.BYTES) {
      push(Constant.OPAQUE, 0);
      return;
    }
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (i == length - 1 ? bytes[i] : bytes[i] & 0xff); // signed, little-endian
    }
    pushNumber(value);
  }

  private void text(long length, boolean isLatin) {
    if (length > MAX_TEXT) {
      throw in.corrupt(
          "a text in the pickle", "at most " + MAX_TEXT + " bytes", Long.toString(length));
    }
    budget.take(MemoryBudget.NODE + 2 * length);
    push(in.text(length, isLatin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8), 0);
  }

  private void tuple() {
    int from = aboveMark();
    Object[] items = stack.subList(from, stack.size()).toArray();
    cut(from - 1);
    push(new Tuple(items), MemoryBudget.NODE + 8 * items.length);
  }

  private void tuple(int count) {
    Object[] items = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      items[i] = pop();
    }
    push(new Tuple(items), MemoryBudget.NODE + 8 * count);
  }

  private void appendMarked() {
    int from = aboveMark();
    List<Object> items = stack.subList(from, stack.size());
    if (from < 2) {
      throw in.corrupt("the pickle extends a list", "a list", "nothing");
    }
    list(stack.get(from - 2), items.size()).items.addAll(items);
    cut(from - 1);
  }

  private void append() {
    int item = top(1);
    list(stack.get(item - 1), 1).items.add(stack.get(item));
    cut(item);
  }

  /** A list that so many items are going to be added to. */
  private Sequence list(Object value, int items) {
    if (!(value instanceof Sequence sequence)) {
      throw in.corrupt("the pickle extends a list", "a list", PickleValues.describe(value));
    }
    budget.take(16L * items);
    return sequence;
  }

  private void setMarkedItems() {
    int from = aboveMark();
    stack.remove(from - 1);
    setItems(from - 1);
  }

  /** Puts the pairs from that index upward into the dictionary below them. */
  private void setItems(int from) {
    if (from < 1 || (stack.size() - from) % 2 != 0 || !(stack.get(from - 1) instanceof Dict dict)) {
      throw in.corrupt("the pickle fills a dictionary", "a dictionary and pairs", "else");
    }
    for (int i = from; i < stack.size(); i += 2) {
      calls.put(dict, stack.get(i), stack.get(i + 1));
    }
    cut(from);
  }

  // ---- names

  private void global() {
    long start = in.position() - 1;
    String name = in.line(MAX_GLOBAL_NAME) + "." + in.line(MAX_GLOBAL_NAME);
    globals.add(name);
    PickleGlobal known = PickleGlobal.named(name).orElse(null);
    if (known == null) {
      throw PickleRefusal.of(in, start, name);
    }
    push(known, 0);
  }

  private void call() {
    Object arguments = pop();
    Object function = pop();
    push(calls.call(function, arguments), 0);
  }

  private void make() {
    Object arguments = pop();
    Object type = pop();
    push(calls.make(type, arguments), 0);
  }

  /** Attributes of a dictionary ({@code _metadata}) or namespace: of no interest. */
  private void build() {
    pop();
    Object target = pop();
    if (!(target instanceof Dict) && target != Constant.OPAQUE) {
      throw in.corrupt(
          "the pickle sets attributes", "those of a dictionary", PickleValues.describe(target));
    }
    push(target, 0);
  }

  private void remember(int index) {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == Constant.MARK) {
      throw in.corrupt("the pickle remembers an object", "one", "none");
    }
    budget.take(2 * MemoryBudget.NODE);
    memo.put(index, stack.get(stack.size() - 1));
  }

  private void recall(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw in.corrupt("the pickle recalls object " + index, "one remembered before", "none");
    }
    push(value, 0);
  }
}
