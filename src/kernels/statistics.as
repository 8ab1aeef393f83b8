// AssemblyScript (hence .as), compiled by src/build/kernels.mjs into src/core/diff/kernel-bytes.ts.
//
// The statistics of a diff (src/core/diff/tally.ts says what each one means) over one block of two dense little-endian
// arrays of one type or of two. Narrower floats are widened exactly; all sums are float64, added over a stretch in
// parallel lanes, then over a block, then into a compensated total, so that the error does not grow with the size.
// A stretch with a NaN or an infinity on either side goes element by element.

// What the host reads: float64 slots from `state` on. Counts are float64 too: exact up to 2^53.
const CHANGED = 0;
const OVERFLOW = 8;
const UNDERFLOW = 16;
const NAN_CHANGED = 24;
const INF_CHANGED = 32;
const SIGN_FLIPS = 40;
const FROM_ZERO = 48;
const FINITE = 56;
const MAX_ABS = 64;
const MAX_REL = 72;
// Each sum is two slots: the sum, and what rounding has lost from it.
const SUM_ABS = 80;
const SUM_SQUARES = 96;
const SUM_OLD = 112;
/** Of old * (new - old): with it the sums of new * new and old * new follow, see src/core/diff/kernel.ts. */
const SUM_CROSS = 128;
/** An unsigned 64-bit integer, not a float. */
const MAX_ULP = 144;
/** Of the last block alone: what tells the host whether to look at its elements. */
const BLOCK_CHANGED = 152;
const BLOCK_LARGEST = 160;

/** What no host reads: numbers that are held in memory, see `held`, and float32 of one stretch. */
const HELD = 256;
const OLD_FLOATS = 512;
const DIFFERENCES = 1536;

/** Elements that are taken together: summed as if all were finite, and again one by one where they are not. */
const STRETCH = 256;

@inline
function bump(state: usize, slot: usize, by: f64): void {
  f64.store(state + slot, f64.load(state + slot) + by);
}

@inline
function raise(state: usize, slot: usize, value: f64): void {
  if (value > f64.load(state + slot)) f64.store(state + slot, value);
}

/** Neumaier's compensated addition into the pair (sum, compensation) at `slot`. */
function add(state: usize, slot: usize, value: f64): void {
  const sum = f64.load(state + slot);
  const next = sum + value;
  const lost = abs(sum) >= abs(value) ? sum - next + value : value - next + sum;
  f64.store(state + slot, next);
  f64.store(state + slot + 8, f64.load(state + slot + 8) + lost);
}

/** The same again, from memory: what a compiler knows to be a constant it makes anew, by three instructions, for every use. */
@inline
function held(state: usize, slot: usize, constant: v128): v128 {
  v128.store(state + HELD + slot, constant);
  return v128.load(state + HELD + slot);
}

@inline
function total(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

@inline
function largest(lanes: v128): f64 {
  return max(f64x2.extract_lane(lanes, 0), f64x2.extract_lane(lanes, 1));
}

/** One pair, any of its sides possibly not finite. `ulps` is not used then. */
function pair(a: f64, b: f64, same: bool, ulps: u64, state: usize): void {
  if (!same) {
    bump(state, CHANGED, 1);
    bump(state, BLOCK_CHANGED, 1);
  }
  const finiteA = abs(a) < Infinity;
  const finiteB = abs(b) < Infinity;
  const nanA = a != a;
  const nanB = b != b;
  if ((a < 0 && b > 0) || (a > 0 && b < 0)) bump(state, SIGN_FLIPS, 1);
  if (finiteA && a != 0 && b == 0) bump(state, UNDERFLOW, 1);
  if (nanA != nanB) bump(state, NAN_CHANGED, 1);
  if (a != b && ((!finiteA && !nanA) || (!finiteB && !nanB))) bump(state, INF_CHANGED, 1);
  if (finiteA && !finiteB && !nanB) bump(state, OVERFLOW, 1);
  if (!finiteA || !finiteB) {
    if (a != b && !(nanA && nanB)) f64.store(state + BLOCK_LARGEST, Infinity);
    return;
  }
  const distance = abs(b - a);
  bump(state, FINITE, 1);
  raise(state, MAX_ABS, distance);
  raise(state, BLOCK_LARGEST, distance);
  if (a != 0) raise(state, MAX_REL, distance / abs(a));
  else if (b != 0) bump(state, FROM_ZERO, 1);
  if (ulps > load<u64>(state + MAX_ULP)) store<u64>(state + MAX_ULP, ulps);
  add(state, SUM_ABS, distance);
  add(state, SUM_SQUARES, distance * distance);
  add(state, SUM_OLD, a * a);
  add(state, SUM_CROSS, a * (b - a));
}

/** Marks of the element types. The three narrow ones share a kernel, which sees their bits in 32-bit lanes. */
class Float64 {}
class Float32 {}
class Float16 {}
class BFloat16 {}

@inline
function size<T>(): i32 {
  if (idof<T>() == idof<Float64>()) return 8;
  return idof<T>() == idof<Float32>() ? 4 : 2;
}

/** True when both sides are of one type: then equal bits are equal elements, and there are steps between them. */
@inline
function isOneType<A, B>(): bool {
  return idof<A>() == idof<B>();
}

/** Equal values of two types: the sign of zero counts, a NaN is a NaN. */
@inline
function sameValue(a: f64, b: f64): bool {
  return a == b ? reinterpret<u64>(a) == reinterpret<u64>(b) : a != a && b != b;
}

/** Four elements' bits, zero-extended to 32. */
@inline
function lanes<T>(at: usize): v128 {
  return idof<T>() == idof<Float32>() ? v128.load(at) : v128.load_ext<u16>(at);
}

/** All bits but the sign. */
@inline
function magnitude<T>(bits: v128): v128 {
  return v128.and(bits, i32x4.splat(idof<T>() == idof<Float32>() ? 0x7fffffff : 0x7fff));
}

/** The magnitude of infinity: from here on it is not finite. */
@inline
function infinity<T>(): i32 {
  if (idof<T>() == idof<Float32>()) return 0x7f800000;
  return idof<T>() == idof<BFloat16>() ? 0x7f80 : 0x7c00;
}

/** All ones where the sign bit is set. */
@inline
function signs<T>(bits: v128): v128 {
  return idof<T>() == idof<Float32>() ? i32x4.shr_s(bits, 31) : i32x4.shr_s(i32x4.shl(bits, 16), 31);
}

/** Finite values only, exact: float16 is rebased by 2^112, which makes its subnormals ordinary float32 values. */
@inline
function widen<T>(bits: v128): v128 {
  if (idof<T>() == idof<Float32>()) return bits;
  if (idof<T>() == idof<BFloat16>()) return i32x4.shl(bits, 16);
  const size = f32x4.mul(i32x4.shl(magnitude<T>(bits), 13), f32x4.splat(reinterpret<f32>(0x77800000)));
  return v128.or(size, i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16));
}

@inline
function promoteLow(floats: v128): v128 {
  return f64x2.promote_low_f32x4(floats);
}

@inline
function promoteHigh(floats: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(floats, floats, 1, 1));
}

/** The last two of four elements at `at`, which `floats` are: float32 is read again, because a shuffle costs more. */
@inline
function lastTwo<T>(at: usize, floats: v128): v128 {
  if (idof<T>() == idof<Float32>()) return f64x2.promote_low_f32x4(v128.load64_zero(at, 8));
  return promoteHigh(floats);
}

/** One element's bits as float64. */
@inline
function decode<T>(bits: u32): f64 {
  if (idof<T>() == idof<Float32>()) return reinterpret<f32>(bits);
  if (idof<T>() == idof<BFloat16>()) return reinterpret<f32>(bits << 16);
  const sign: f64 = (bits & 0x8000) != 0 ? -1 : 1;
  const rest = bits & 0x7fff;
  if (rest >= 0x7c00) return rest == 0x7c00 ? sign * Infinity : NaN;
  return sign * reinterpret<f32>(rest << 13) * reinterpret<f32>(0x77800000);
}

@inline
function bitsAt<T>(at: usize): u32 {
  return idof<T>() == idof<Float32>() ? load<u32>(at) : load<u16>(at);
}

@inline
function orderedOne<T>(bits: u32): i64 {
  const mask: u32 = idof<T>() == idof<Float32>() ? 0x7fffffff : 0x7fff;
  const size = <i64>(bits & mask);
  return (bits & ~mask) != 0 ? -size : size;
}

function pairs<A, B>(a: usize, b: usize, count: i32, state: usize): void {
  for (let i = 0; i < count; i++) {
    const x = bitsAt<A>(a + i * size<A>());
    const y = bitsAt<B>(b + i * size<B>());
    const one = decode<A>(x);
    const other = decode<B>(y);
    if (isOneType<A, B>()) pair(one, other, x == y, abs(orderedOne<A>(x) - orderedOne<B>(y)), state);
    else pair(one, other, sameValue(one, other), 0, state);
  }
}

/** True when the two stretches hold the same bytes; `length` is a multiple of 64. */
@inline
function sameBytes(a: usize, b: usize, length: usize): bool {
  const end = a + length;
  while (a < end) {
    const differ = v128.or(
      v128.or(v128.xor(v128.load(a), v128.load(b)), v128.xor(v128.load(a, 16), v128.load(b, 16))),
      v128.or(v128.xor(v128.load(a, 32), v128.load(b, 32)), v128.xor(v128.load(a, 48), v128.load(b, 48))),
    );
    if (v128.any_true(differ)) return false;
    a += 64;
    b += 64;
  }
  return true;
}

/** A stretch may hold a larger relative error than one of at least this only where its least old side is small enough. */
const GREAT_REL: f64 = 1;

/** False for float16: its infinity does not come out of `widen` as one. */
@inline
function widensInfinity<T>(): bool {
  return idof<T>() != idof<Float16>();
}

/**
 * Both sides are float32 or narrower. Two loops go over a stretch, one for the bits and one for the values: together they
 * would need more registers than there are.
 */
function narrow<A, B>(a: usize, b: usize, count: i32, state: usize): void {
  f64.store(state + BLOCK_CHANGED, 0);
  f64.store(state + BLOCK_LARGEST, 0);
  const stretchA = STRETCH * size<A>();
  const stretchB = STRETCH * size<B>();
  const end = a + (count - (count % STRETCH)) * size<A>();
  const farA = i32x4.splat(infinity<A>() - 1);
  const farB = i32x4.splat(infinity<B>() - 1);
  const zero = i32x4.splat(0);
  const none = f64x2.splat(0);
  const one = i32x4.splat(1);
  // Taking the sign off with these is one instruction; f32x4.abs and f64x2.abs are three.
  const unsigned = i32x4.splat(i32.MAX_VALUE);
  const unsignedWide = held(state, 0, i64x2.splat(i64.MAX_VALUE));
  let same = zero;
  let flips = zero;
  let toZero = zero;
  let fromZero = zero;
  let ulps = zero;
  let maxAbs = none;
  let maxRel = f64.load(state + MAX_REL);
  let sumAbs = none;
  let sumSquares = none;
  let sumOld = none;
  let sumCross = none;
  // Just under the largest relative error so far, in float32: a cheap filter for pairs that may raise it.
  let nearRel = f32x4.splat(below(maxRel));
  let finite = 0;
  let examined = 0;
  while (a < end) {
    let mostA = zero;
    let mostB = zero;
    let old = none;
    if (isOneType<A, B>() && sameBytes(a, b, stretchA)) {
      for (let j = 0; j < STRETCH; j += 4) {
        const bits = lanes<A>(a + j * size<A>());
        if (!widensInfinity<A>()) mostA = i32x4.max_s(mostA, magnitude<A>(bits));
        const x = widen<A>(bits);
        const low = promoteLow(x);
        const high = promoteHigh(x);
        old = f64x2.add(old, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
      }
      if (!isFinite(total(old)) || v128.any_true(i32x4.gt_s(mostA, farA))) {
        pairs<A, B>(a, b, STRETCH, state);
      } else {
        finite += STRETCH;
        sumOld = f64x2.add(sumOld, old);
      }
      a += stretchA;
      b += stretchB;
      continue;
    }
    let least = unsigned;
    let leastOld = unsigned;
    let equal = zero;
    let crossings = zero;
    let steps = zero;
    for (let j = 0; j < STRETCH; j += 4) {
      const rawA = lanes<A>(a + j * size<A>());
      const rawB = lanes<B>(b + j * size<B>());
      if (!widensInfinity<A>()) mostA = i32x4.max_s(mostA, magnitude<A>(rawA));
      if (!widensInfinity<B>()) mostB = i32x4.max_s(mostB, magnitude<B>(rawB));
      // Of one type the bits themselves are compared and ordered; of two, the float32 values that both are.
      const bitsA = isOneType<A, B>() ? rawA : widen<A>(rawA);
      const bitsB = isOneType<A, B>() ? rawB : widen<B>(rawB);
      const crossed = i32x4.shr_s(v128.xor(bitsA, bitsB), 31);
      crossings = i32x4.sub(crossings, crossed);
      const sizeA = v128.and(bitsA, unsigned);
      const sizeB = v128.and(bitsB, unsigned);
      const less = i32x4.min_s(sizeA, sizeB);
      least = i32x4.min_s(least, less);
      // The larger less the smaller on one side of zero, and their sum, up to 2^32, across it.
      if (isOneType<A, B>()) {
        const signedLess = i32x4.sub(v128.xor(less, crossed), crossed);
        steps = i32x4.max_u(steps, i32x4.sub(i32x4.max_s(sizeA, sizeB), signedLess));
      }
      // Zero less one is the largest unsigned number: what is left is the least that is not zero.
      if (isOneType<A, B>()) leastOld = i32x4.min_u(leastOld, i32x4.sub(sizeA, one));
    }
    let raised = zero;
    let top = none;
    let absolute = none;
    let squares = none;
    let cross = none;
    for (let j = 0; j < STRETCH; j += 4) {
      const atA = a + j * size<A>();
      const atB = b + j * size<B>();
      const x = widen<A>(lanes<A>(atA));
      const y = widen<B>(lanes<B>(atB));
      // Of the bits, but this loop has room for it. A comparison is all ones where true, which is -1: subtracting counts.
      equal = i32x4.sub(equal, i32x4.eq(x, y));
      // Of two types one is often the other rounded: then all errors are small, and nearly the same.
      if (!isOneType<A, B>()) {
        const near = v128.and(f32x4.sub(y, x), unsigned);
        raised = v128.or(raised, f32x4.ge(near, f32x4.mul(nearRel, v128.and(x, unsigned))));
      }
      const xl = promoteLow(x);
      const xh = lastTwo<A>(atA, x);
      const dl = f64x2.sub(promoteLow(y), xl);
      const dh = f64x2.sub(lastTwo<B>(atB, y), xh);
      squares = f64x2.add(squares, f64x2.add(f64x2.mul(dl, dl), f64x2.mul(dh, dh)));
      old = f64x2.add(old, f64x2.add(f64x2.mul(xl, xl), f64x2.mul(xh, xh)));
      cross = f64x2.add(cross, f64x2.add(f64x2.mul(xl, dl), f64x2.mul(xh, dh)));
      const al = v128.and(dl, unsignedWide);
      const ah = v128.and(dh, unsignedWide);
      top = f64x2.pmax(top, f64x2.pmax(al, ah));
      absolute = f64x2.add(absolute, f64x2.add(al, ah));
    }
    if (!isFinite(total(squares)) || v128.any_true(v128.or(i32x4.gt_s(mostA, farA), i32x4.gt_s(mostB, farB)))) {
      // What was just summed holds a NaN or an infinity: it is dropped, and the stretch goes one by one.
      pairs<A, B>(a, b, STRETCH, state);
      a += stretchA;
      b += stretchB;
      continue;
    }
    finite += STRETCH;
    same = i32x4.add(same, equal);
    examined += STRETCH;
    flips = i32x4.add(flips, crossings);
    ulps = i32x4.max_u(ulps, steps);
    maxAbs = f64x2.pmax(maxAbs, top);
    sumAbs = f64x2.add(sumAbs, absolute);
    sumSquares = f64x2.add(sumSquares, squares);
    sumOld = f64x2.add(sumOld, old);
    sumCross = f64x2.add(sumCross, cross);
    let isRaised = v128.any_true(raised);
    if (isOneType<A, B>()) {
      let bar = unsigned;
      if (maxRel >= GREAT_REL) bar = i32x4.splat(reinterpret<i32>(<f32>(largest(top) / maxRel)) + 1);
      isRaised = v128.any_true(i32x4.lt_u(leastOld, bar)) && mayExceed<A, B>(a, b, maxRel);
    }
    if (isRaised) {
      const most = largestRelative<A, B>(a, b);
      if (most > maxRel) {
        maxRel = most;
        nearRel = f32x4.splat(below(most));
      }
    }
    if (v128.any_true(i32x4.eq(least, zero))) {
      for (let j = 0; j < STRETCH; j += 4) {
        const bitsA = widen<A>(lanes<A>(a + j * size<A>()));
        const bitsB = widen<B>(lanes<B>(b + j * size<B>()));
        const zeroA = f32x4.eq(bitsA, zero);
        const zeroB = f32x4.eq(bitsB, zero);
        toZero = i32x4.sub(toZero, v128.andnot(zeroB, zeroA));
        fromZero = i32x4.sub(fromZero, v128.andnot(zeroA, zeroB));
        // Zero has no sign to flip: taken back.
        flips = i32x4.add(flips, v128.and(i32x4.shr_s(v128.xor(bitsA, bitsB), 31), v128.or(zeroA, zeroB)));
      }
    }
    a += stretchA;
    b += stretchB;
  }
  bump(state, FINITE, <f64>finite);
  const farthest = largest(maxAbs);
  raise(state, MAX_ABS, farthest);
  raise(state, BLOCK_LARGEST, farthest);
  raise(state, MAX_REL, maxRel);
  add(state, SUM_ABS, total(sumAbs));
  add(state, SUM_SQUARES, total(sumSquares));
  add(state, SUM_OLD, total(sumOld));
  add(state, SUM_CROSS, total(sumCross));
  const different = <f64>examined - count32(same);
  bump(state, CHANGED, different);
  bump(state, BLOCK_CHANGED, different);
  bump(state, SIGN_FLIPS, count32(flips));
  bump(state, UNDERFLOW, count32(toZero));
  bump(state, FROM_ZERO, count32(fromZero));
  const furthest = max(
    max(<u32>i32x4.extract_lane(ulps, 0), <u32>i32x4.extract_lane(ulps, 1)),
    max(<u32>i32x4.extract_lane(ulps, 2), <u32>i32x4.extract_lane(ulps, 3)),
  );
  if (<u64>furthest > load<u64>(state + MAX_ULP)) store<u64>(state + MAX_ULP, furthest);
  pairs<A, B>(a, b, count % STRETCH, state);
}

/** Bits of a 16-bit type's significand that are stored. */
@inline
function significandBits<T>(): i32 {
  return idof<T>() == idof<BFloat16>() ? 7 : 10;
}

/** Of eight elements, the upper halves of their float32; float16 with its exponent in that place, not rebased yet. */
@inline
function upperHalves<T>(bits: v128, signed: v128): v128 {
  return idof<T>() == idof<BFloat16>() ? bits : v128.and(i16x8.shr_s(bits, 3), signed);
}

@inline
function lowerHalves<T>(bits: v128): v128 {
  return idof<T>() == idof<BFloat16>() ? i16x8.splat(0) : i16x8.shl(bits, 13);
}

/** Makes the exponents of float16 right, which `upperHalves` left; its subnormals become ordinary float32 values. */
@inline
function rebased<T>(floats: v128, scale: v128): v128 {
  return idof<T>() == idof<BFloat16>() ? floats : f32x4.mul(floats, scale);
}

/** The first, and the last, four of eight elements as float32. */
@inline
function firstFour<T>(lower: v128, upper: v128, scale: v128): v128 {
  return rebased<T>(v128.shuffle<u16>(lower, upper, 0, 8, 1, 9, 2, 10, 3, 11), scale);
}

@inline
function lastFour<T>(lower: v128, upper: v128, scale: v128): v128 {
  return rebased<T>(v128.shuffle<u16>(lower, upper, 4, 12, 5, 13, 6, 14, 7, 15), scale);
}

/** Two products, added. */
@inline
function sumOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), f64x2.mul(c, d));
}

/** Up to this error the differences and products by which two quotients are compared are exact in float32. */
const SMALL_REL: f64 = 0.25;
/** The pair that has the largest relative error, where that is small: its old side, scaled into [1, 2), and its difference. */
const RECORD_OLD = 168;
const RECORD_DISTANCE = 176;

/** The bits of a value of the type that is larger than `value`, but for the least of them not by much; at least 0. */
@inline
function bitsOver<T>(value: f64): i32 {
  const bits = reinterpret<i32>(<f32>value);
  if (idof<T>() == idof<BFloat16>()) return (bits >> 16) + 1;
  // Below a normal float16 all are the same.
  return max((bits >> 13) - (112 << 10), 1 << 10) + 1;
}

/** Under this, sums of multiples of what the last bit of a value with this exponent is worth are exact in float32. */
@inline
function reach<T>(exponent: i32): f64 {
  const single = exponent + (idof<T>() == idof<BFloat16>() ? 0 : 112);
  return reinterpret<f32>(min(single + 24 - significandBits<T>(), 254) << 23);
}

/** Looks for the pair of a stretch that has the largest relative error, and keeps it. */
function keepRecord<T>(a: usize, b: usize, relative: f64, state: usize): void {
  if (relative > SMALL_REL) return;
  for (let j = 0; j < STRETCH; j++) {
    const old = abs(decode<T>(load<u16>(a + j * 2)));
    const distance = abs(decode<T>(load<u16>(b + j * 2)) - decode<T>(load<u16>(a + j * 2)));
    if (old == 0 || distance / old != relative) continue;
    const significand = reinterpret<f64>((reinterpret<u64>(old) & 0x000fffffffffffff) | reinterpret<u64>(<f64>1));
    f64.store(state + RECORD_OLD, significand);
    f64.store(state + RECORD_DISTANCE, distance * (significand / old));
    return;
  }
}

/**
 * False when no pair of a stretch of finite values has a larger relative error than one of less than GREAT_REL; where that
 * one's pair is kept, true only when one has. With `isKept` its values and differences are in `state` already.
 */
function exceedsRecord<T>(a: usize, b: usize, relative: f64, isKept: bool, state: usize): bool {
  const unsigned = i32x4.splat(i32.MAX_VALUE);
  const recordOld = f64.load(state + RECORD_OLD);
  const recordDistance = f64.load(state + RECORD_DISTANCE);
  if (relative == 0 || recordDistance / recordOld != relative) return mayExceed<T, T>(a, b, relative);
  // A pair exceeds the error so far where distance * barOld > old * barDistance.
  const barOld = f32x4.splat(<f32>recordOld);
  const barDistance = f32x4.splat(<f32>recordDistance);
  let raised = i32x4.splat(0);
  for (let j = 0; j < STRETCH; j += 4) {
    let x: v128;
    let difference: v128;
    if (isKept) {
      x = v128.load(state + j * 4, OLD_FLOATS);
      difference = v128.load(state + j * 4, DIFFERENCES);
    } else {
      x = widen<T>(lanes<T>(a + j * 2));
      difference = f32x4.sub(widen<T>(lanes<T>(b + j * 2)), x);
    }
    const distance = v128.and(difference, unsigned);
    const isMore = f32x4.gt(f32x4.mul(distance, barOld), f32x4.mul(v128.and(x, unsigned), barDistance));
    raised = v128.or(raised, isMore);
  }
  return v128.any_true(raised);
}

/**
 * Both sides of one 16-bit type: the bits are worked on by eight, the values by four and two. Where the differences are
 * exact in float32, as they are of values that are not very far apart in size, they are made by four and kept for the sums.
 */
function half<T>(a: usize, b: usize, count: i32, state: usize): void {
  f64.store(state + BLOCK_CHANGED, 0);
  f64.store(state + BLOCK_LARGEST, 0);
  const end = a + (count - (count % STRETCH)) * 2;
  const zero = i16x8.splat(0);
  const none = f64x2.splat(0);
  const unsigned = i16x8.splat(i16.MAX_VALUE);
  const unsignedSingle = held(state, 16, i32x4.splat(i32.MAX_VALUE));
  const signed = held(state, 32, i16x8.splat(<i16>0x8fff));
  const scale = held(state, 48, f32x4.splat(reinterpret<f32>(0x77800000)));
  const unsignedWide = held(state, 0, i64x2.splat(i64.MAX_VALUE));
  const far = i16x8.splat((<i16>infinity<T>()) - 1);
  const one = i16x8.splat(1);
  const ones = i16x8.splat(-1);
  let same = zero;
  let flips = zero;
  let toZero = zero;
  let fromZero = zero;
  let ulps = zero;
  let maxAbs = none;
  let maxRel = f64.load(state + MAX_REL);
  let sumAbs = none;
  let sumSquares = none;
  let sumOld = none;
  let sumCross = none;
  let finite = 0;
  let examined = 0;
  while (a < end) {
    let most = zero;
    let old = none;
    if (sameBytes(a, b, STRETCH * 2)) {
      for (let j = 0; j < STRETCH; j += 8) {
        const bits = v128.load(a + j * 2);
        if (!widensInfinity<T>()) most = i16x8.max_s(most, v128.and(bits, unsigned));
        const upper = upperHalves<T>(bits, signed);
        const lower = lowerHalves<T>(bits);
        const x = firstFour<T>(lower, upper, scale);
        const z = lastFour<T>(lower, upper, scale);
        const x1 = promoteLow(x);
        const x2 = promoteHigh(x);
        const x3 = promoteLow(z);
        const x4 = promoteHigh(z);
        old = f64x2.add(old, f64x2.add(sumOf(x1, x1, x2, x2), sumOf(x3, x3, x4, x4)));
      }
      if (!isFinite(total(old)) || v128.any_true(i16x8.gt_s(most, far))) {
        pairs<T, T>(a, b, STRETCH, state);
      } else {
        finite += STRETCH;
        sumOld = f64x2.add(sumOld, old);
      }
      a += STRETCH * 2;
      b += STRETCH * 2;
      continue;
    }
    let least = unsigned;
    let lowest = ones;
    let equal = zero;
    let crossings = zero;
    let steps = zero;
    for (let j = 0; j < STRETCH; j += 8) {
      const bitsA = v128.load(a + j * 2);
      const bitsB = v128.load(b + j * 2);
      const sizeA = v128.and(bitsA, unsigned);
      const sizeB = v128.and(bitsB, unsigned);
      const more = i16x8.max_s(sizeA, sizeB);
      const less = i16x8.min_s(sizeA, sizeB);
      most = i16x8.max_s(most, more);
      least = i16x8.min_s(least, less);
      // Zero less one is the largest unsigned number: what is left is the least that is not zero.
      lowest = i16x8.min_u(lowest, i16x8.min_u(i16x8.sub(sizeA, one), i16x8.sub(sizeB, one)));
      // A comparison is all ones where true, which is -1: subtracting counts.
      equal = i16x8.sub(equal, i16x8.eq(bitsA, bitsB));
      const crossed = i16x8.shr_s(v128.xor(bitsA, bitsB), 15);
      crossings = i16x8.sub(crossings, crossed);
      // The larger less the smaller on one side of zero, and their sum, up to 2^16, across it.
      steps = i16x8.max_u(steps, i16x8.sub(more, i16x8.sub(v128.xor(less, crossed), crossed)));
    }
    const highest = highest16(most);
    if (highest >= infinity<T>()) {
      pairs<T, T>(a, b, STRETCH, state);
      maxRel = max(maxRel, f64.load(state + MAX_REL));
      a += STRETCH * 2;
      b += STRETCH * 2;
      continue;
    }
    const exponent = max(min(lowest16(lowest) + 1, highest) >> significandBits<T>(), 1);
    const spread = (highest >> significandBits<T>()) - exponent;
    let absolute = none;
    let squares = none;
    let cross = none;
    let top = none;
    // Farther apart the sums would not be exact anyway.
    let isExact = spread <= 22 - significandBits<T>();
    if (isExact) {
      let farthest = zero;
      let distances = zero;
      for (let j = 0; j < STRETCH; j += 8) {
        const bitsA = v128.load(a + j * 2);
        const bitsB = v128.load(b + j * 2);
        const upperA = upperHalves<T>(bitsA, signed);
        const lowerA = lowerHalves<T>(bitsA);
        const upperB = upperHalves<T>(bitsB, signed);
        const lowerB = lowerHalves<T>(bitsB);
        const x = firstFour<T>(lowerA, upperA, scale);
        const u = lastFour<T>(lowerA, upperA, scale);
        const d = f32x4.sub(firstFour<T>(lowerB, upperB, scale), x);
        const e = f32x4.sub(lastFour<T>(lowerB, upperB, scale), u);
        v128.store(state + j * 4, x, OLD_FLOATS);
        v128.store(state + j * 4, u, OLD_FLOATS + 16);
        v128.store(state + j * 4, d, DIFFERENCES);
        v128.store(state + j * 4, e, DIFFERENCES + 16);
        const first = v128.and(d, unsignedSingle);
        const last = v128.and(e, unsignedSingle);
        farthest = f32x4.pmax(farthest, f32x4.pmax(first, last));
        distances = f32x4.add(distances, f32x4.add(first, last));
      }
      for (let j = 0; j < STRETCH; j += 4) {
        const x1 = f64x2.promote_low_f32x4(v128.load64_zero(state + j * 4, OLD_FLOATS));
        const x2 = f64x2.promote_low_f32x4(v128.load64_zero(state + j * 4, OLD_FLOATS + 8));
        const d1 = f64x2.promote_low_f32x4(v128.load64_zero(state + j * 4, DIFFERENCES));
        const d2 = f64x2.promote_low_f32x4(v128.load64_zero(state + j * 4, DIFFERENCES + 8));
        squares = f64x2.add(squares, sumOf(d1, d1, d2, d2));
        old = f64x2.add(old, sumOf(x1, x1, x2, x2));
        cross = f64x2.add(cross, sumOf(x1, d1, x2, d2));
      }
      top = f64x2.pmax(promoteLow(farthest), promoteHigh(farthest));
      absolute = f64x2.add(promoteLow(distances), promoteHigh(distances));
      // Sums only grow: where the last ones are under what 24 bits reach, they and all differences are exact.
      isExact = largest(f64x2.pmax(promoteLow(distances), promoteHigh(distances))) < reach<T>(exponent);
    }
    if (!isExact) {
      top = none;
      old = none;
      absolute = none;
      squares = none;
      cross = none;
      for (let j = 0; j < STRETCH; j += 8) {
        const bitsA = v128.load(a + j * 2);
        const bitsB = v128.load(b + j * 2);
        const upperA = upperHalves<T>(bitsA, signed);
        const lowerA = lowerHalves<T>(bitsA);
        const upperB = upperHalves<T>(bitsB, signed);
        const lowerB = lowerHalves<T>(bitsB);
        const x = firstFour<T>(lowerA, upperA, scale);
        const y = firstFour<T>(lowerB, upperB, scale);
        const u = lastFour<T>(lowerA, upperA, scale);
        const v = lastFour<T>(lowerB, upperB, scale);
        const x1 = promoteLow(x);
        const x2 = promoteHigh(x);
        const x3 = promoteLow(u);
        const x4 = promoteHigh(u);
        const d1 = f64x2.sub(promoteLow(y), x1);
        const d2 = f64x2.sub(promoteHigh(y), x2);
        const d3 = f64x2.sub(promoteLow(v), x3);
        const d4 = f64x2.sub(promoteHigh(v), x4);
        squares = f64x2.add(squares, f64x2.add(sumOf(d1, d1, d2, d2), sumOf(d3, d3, d4, d4)));
        old = f64x2.add(old, f64x2.add(sumOf(x1, x1, x2, x2), sumOf(x3, x3, x4, x4)));
        cross = f64x2.add(cross, f64x2.add(sumOf(x1, d1, x2, d2), sumOf(x3, d3, x4, d4)));
        const a1 = v128.and(d1, unsignedWide);
        const a2 = v128.and(d2, unsignedWide);
        const a3 = v128.and(d3, unsignedWide);
        const a4 = v128.and(d4, unsignedWide);
        top = f64x2.pmax(top, f64x2.pmax(f64x2.pmax(a1, a2), f64x2.pmax(a3, a4)));
        absolute = f64x2.add(absolute, f64x2.add(f64x2.add(a1, a2), f64x2.add(a3, a4)));
      }
    }
    finite += STRETCH;
    examined += STRETCH;
    same = i32x4.add(same, i32x4.extadd_pairwise_i16x8_s(equal));
    flips = i32x4.add(flips, i32x4.extadd_pairwise_i16x8_s(crossings));
    ulps = i16x8.max_u(ulps, steps);
    maxAbs = f64x2.pmax(maxAbs, top);
    sumAbs = f64x2.add(sumAbs, absolute);
    sumSquares = f64x2.add(sumSquares, squares);
    sumOld = f64x2.add(sumOld, old);
    sumCross = f64x2.add(sumCross, cross);
    let isRaised = false;
    if (maxRel >= GREAT_REL) {
      const bar = i16x8.splat(<i16>bitsOver<T>(largest(top) / maxRel));
      isRaised = v128.any_true(i16x8.lt_u(lowest, bar)) && mayExceed<T, T>(a, b, maxRel);
    } else {
      isRaised = exceedsRecord<T>(a, b, maxRel, isExact, state);
    }
    if (isRaised) {
      const most = largestRelative<T, T>(a, b);
      if (most > maxRel) {
        maxRel = most;
        keepRecord<T>(a, b, maxRel, state);
      }
    }
    if (v128.any_true(i16x8.eq(least, zero))) {
      let to = zero;
      let from = zero;
      let unsignedFlips = zero;
      for (let j = 0; j < STRETCH; j += 8) {
        const bitsA = v128.load(a + j * 2);
        const bitsB = v128.load(b + j * 2);
        const zeroA = i16x8.eq(v128.and(bitsA, unsigned), zero);
        const zeroB = i16x8.eq(v128.and(bitsB, unsigned), zero);
        to = i16x8.sub(to, v128.andnot(zeroB, zeroA));
        from = i16x8.sub(from, v128.andnot(zeroA, zeroB));
        // Zero has no sign to flip: taken back.
        const crossed = i16x8.shr_s(v128.xor(bitsA, bitsB), 15);
        unsignedFlips = i16x8.add(unsignedFlips, v128.and(crossed, v128.or(zeroA, zeroB)));
      }
      toZero = i32x4.add(toZero, i32x4.extadd_pairwise_i16x8_s(to));
      fromZero = i32x4.add(fromZero, i32x4.extadd_pairwise_i16x8_s(from));
      flips = i32x4.add(flips, i32x4.extadd_pairwise_i16x8_s(unsignedFlips));
    }
    a += STRETCH * 2;
    b += STRETCH * 2;
  }
  bump(state, FINITE, <f64>finite);
  const farthest = largest(maxAbs);
  raise(state, MAX_ABS, farthest);
  raise(state, BLOCK_LARGEST, farthest);
  raise(state, MAX_REL, maxRel);
  add(state, SUM_ABS, total(sumAbs));
  add(state, SUM_SQUARES, total(sumSquares));
  add(state, SUM_OLD, total(sumOld));
  add(state, SUM_CROSS, total(sumCross));
  const different = <f64>examined - count32(same);
  bump(state, CHANGED, different);
  bump(state, BLOCK_CHANGED, different);
  bump(state, SIGN_FLIPS, count32(flips));
  bump(state, UNDERFLOW, count32(toZero));
  bump(state, FROM_ZERO, count32(fromZero));
  const furthest = <u32>highest16(ulps);
  if (<u64>furthest > load<u64>(state + MAX_ULP)) store<u64>(state + MAX_ULP, furthest);
  pairs<T, T>(a, b, count % STRETCH, state);
}

/** False when no pair of a stretch of finite values can have a larger relative error than `relative`. */
function mayExceed<A, B>(a: usize, b: usize, relative: f64): bool {
  const unsigned = i32x4.splat(i32.MAX_VALUE);
  const bar = f32x4.splat(below(relative));
  let raised = i32x4.splat(0);
  for (let j = 0; j < STRETCH; j += 4) {
    const x = widen<A>(lanes<A>(a + j * size<A>()));
    const distance = v128.and(f32x4.sub(widen<B>(lanes<B>(b + j * size<B>())), x), unsigned);
    // Not "greater": both are infinite beyond float32, and a product of its smallest numbers may be rounded up.
    const isAsMuch = f32x4.ge(distance, f32x4.mul(bar, v128.and(x, unsigned)));
    raised = v128.or(raised, v128.and(isAsMuch, distance));
  }
  return v128.any_true(raised);
}

/** The largest relative error of a stretch of finite values. */
function largestRelative<A, B>(a: usize, b: usize): f64 {
  const none = f64x2.splat(0);
  let most = none;
  for (let j = 0; j < STRETCH; j += 4) {
    const x = widen<A>(lanes<A>(a + j * size<A>()));
    const y = widen<B>(lanes<B>(b + j * size<B>()));
    const xl = promoteLow(x);
    const xh = promoteHigh(x);
    // A zero on the old side is counted apart; its quotient (infinite or NaN) is masked out.
    const rl = f64x2.div(f64x2.abs(f64x2.sub(promoteLow(y), xl)), f64x2.abs(xl));
    const rh = f64x2.div(f64x2.abs(f64x2.sub(promoteHigh(y), xh)), f64x2.abs(xh));
    most = f64x2.pmax(most, v128.andnot(rl, f64x2.eq(xl, none)));
    most = f64x2.pmax(most, v128.andnot(rh, f64x2.eq(xh, none)));
  }
  return largest(most);
}

/** The largest of eight unsigned numbers. */
function highest16(lanes: v128): i32 {
  const four = i16x8.max_u(lanes, v128.shuffle<u64>(lanes, lanes, 1, 0));
  const two = i16x8.max_u(four, v128.shuffle<u32>(four, four, 1, 0, 3, 2));
  return max<i32>(i16x8.extract_lane_u(two, 0), i16x8.extract_lane_u(two, 1));
}

/** The smallest of eight unsigned numbers. */
function lowest16(lanes: v128): i32 {
  const four = i16x8.min_u(lanes, v128.shuffle<u64>(lanes, lanes, 1, 0));
  const two = i16x8.min_u(four, v128.shuffle<u32>(four, four, 1, 0, 3, 2));
  return min<i32>(i16x8.extract_lane_u(two, 0), i16x8.extract_lane_u(two, 1));
}

/** Two elements as float64. */
@inline
function lanes64<T>(at: usize): v128 {
  return idof<T>() == idof<Float64>() ? v128.load(at) : f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** A side is float64, the other that or float32: two lanes, and no filter for errors, which are float64 as they are. */
function wide<A, B>(a: usize, b: usize, count: i32, state: usize): void {
  f64.store(state + BLOCK_CHANGED, 0);
  f64.store(state + BLOCK_LARGEST, 0);
  const stretchA = STRETCH * size<A>();
  const stretchB = STRETCH * size<B>();
  const end = a + (count - (count % STRETCH)) * size<A>();
  const zero = i64x2.splat(0);
  const none = f64x2.splat(0);
  const unsigned = i64x2.splat(i64.MAX_VALUE);
  // Added to a magnitude it carries into the sign bit exactly when the exponent is all ones.
  const carry = i64x2.splat(0x0010000000000000);
  const bias = i64x2.splat(i64.MIN_VALUE);
  let same = zero;
  let flips = zero;
  let toZero = zero;
  let fromZero = zero;
  // Unsigned numbers moved by 2^63, so that signed comparisons order them.
  let ulps = bias;
  let maxAbs = none;
  let maxRel = f64x2.splat(f64.load(state + MAX_REL));
  let nearRel = f64x2.splat(largest(maxRel) * (1 - 1e-15));
  let sumAbs = none;
  let sumSquares = none;
  let sumOld = none;
  let sumCross = none;
  let finite = 0;
  let examined = 0;
  while (a < end) {
    let far = zero;
    let old = none;
    if (isOneType<A, B>() && sameBytes(a, b, stretchA)) {
      for (let j = 0; j < STRETCH; j += 2) {
        const x = v128.load(a + j * 8);
        far = v128.or(far, i64x2.add(v128.and(x, unsigned), carry));
        old = f64x2.add(old, f64x2.mul(x, x));
      }
      if (hasSign(far)) {
        pairs64<A, B>(a, b, STRETCH, state);
      } else {
        finite += STRETCH;
        sumOld = f64x2.add(sumOld, old);
      }
      a += stretchA;
      b += stretchB;
      continue;
    }
    let zeros = zero;
    let raised = zero;
    let equal = zero;
    let crossings = zero;
    let steps = bias;
    let top = none;
    let absolute = none;
    let squares = none;
    let cross = none;
    for (let j = 0; j < STRETCH; j += 2) {
      const x = lanes64<A>(a + j * size<A>());
      const y = lanes64<B>(b + j * size<B>());
      equal = i64x2.sub(equal, i64x2.eq(x, y));
      const crossed = i64x2.gt_s(zero, v128.xor(x, y));
      crossings = i64x2.sub(crossings, crossed);
      const sizeA = v128.and(x, unsigned);
      const sizeB = v128.and(y, unsigned);
      far = v128.or(far, v128.or(i64x2.add(sizeA, carry), i64x2.add(sizeB, carry)));
      zeros = v128.or(zeros, v128.or(f64x2.eq(x, none), f64x2.eq(y, none)));
      // Distance in steps: |sizeA - sizeB| on one side of zero, sizeA + sizeB (up to 2^64) across it.
      if (isOneType<A, B>()) {
        const between = i64x2.sub(sizeA, i64x2.sub(v128.xor(sizeB, crossed), crossed));
        const negative = v128.andnot(i64x2.gt_s(zero, between), crossed);
        const distance = v128.xor(i64x2.sub(v128.xor(between, negative), negative), bias);
        steps = v128.bitselect(distance, steps, i64x2.gt_s(distance, steps));
      }
      const d = f64x2.sub(y, x);
      const near = v128.and(d, unsigned);
      top = f64x2.pmax(top, near);
      raised = v128.or(raised, f64x2.ge(near, f64x2.mul(nearRel, sizeA)));
      absolute = f64x2.add(absolute, near);
      squares = f64x2.add(squares, f64x2.mul(d, d));
      old = f64x2.add(old, f64x2.mul(x, x));
      cross = f64x2.add(cross, f64x2.mul(x, d));
    }
    if (hasSign(far)) {
      pairs64<A, B>(a, b, STRETCH, state);
      a += stretchA;
      b += stretchB;
      continue;
    }
    finite += STRETCH;
    examined += STRETCH;
    same = i64x2.add(same, equal);
    flips = i64x2.add(flips, crossings);
    ulps = v128.bitselect(steps, ulps, i64x2.gt_s(steps, ulps));
    maxAbs = f64x2.pmax(maxAbs, top);
    sumAbs = f64x2.add(sumAbs, absolute);
    sumSquares = f64x2.add(sumSquares, squares);
    sumOld = f64x2.add(sumOld, old);
    sumCross = f64x2.add(sumCross, cross);
    if (v128.any_true(raised)) {
      for (let j = 0; j < STRETCH; j += 2) {
        const x = lanes64<A>(a + j * size<A>());
        const d = f64x2.abs(f64x2.sub(lanes64<B>(b + j * size<B>()), x));
        maxRel = f64x2.pmax(maxRel, v128.andnot(f64x2.div(d, f64x2.abs(x)), f64x2.eq(x, none)));
      }
      nearRel = f64x2.splat(min(largest(maxRel) * (1 - 1e-15), f64.MAX_VALUE));
    }
    if (v128.any_true(zeros)) {
      for (let j = 0; j < STRETCH; j += 2) {
        const x = lanes64<A>(a + j * size<A>());
        const y = lanes64<B>(b + j * size<B>());
        const zeroA = f64x2.eq(x, none);
        const zeroB = f64x2.eq(y, none);
        toZero = i64x2.sub(toZero, v128.andnot(zeroB, zeroA));
        fromZero = i64x2.sub(fromZero, v128.andnot(zeroA, zeroB));
        flips = i64x2.add(flips, v128.and(i64x2.gt_s(zero, v128.xor(x, y)), v128.or(zeroA, zeroB)));
      }
    }
    a += stretchA;
    b += stretchB;
  }
  bump(state, FINITE, <f64>finite);
  const farthest = largest(maxAbs);
  raise(state, MAX_ABS, farthest);
  raise(state, BLOCK_LARGEST, farthest);
  raise(state, MAX_REL, largest(maxRel));
  add(state, SUM_ABS, total(sumAbs));
  add(state, SUM_SQUARES, total(sumSquares));
  add(state, SUM_OLD, total(sumOld));
  add(state, SUM_CROSS, total(sumCross));
  const different = <f64>examined - count64(same);
  bump(state, CHANGED, different);
  bump(state, BLOCK_CHANGED, different);
  bump(state, SIGN_FLIPS, count64(flips));
  bump(state, UNDERFLOW, count64(toZero));
  bump(state, FROM_ZERO, count64(fromZero));
  const unbiased = v128.xor(ulps, bias);
  const furthest = max(<u64>i64x2.extract_lane(unbiased, 0), <u64>i64x2.extract_lane(unbiased, 1));
  if (furthest > load<u64>(state + MAX_ULP)) store<u64>(state + MAX_ULP, furthest);
  pairs64<A, B>(a, b, count % STRETCH, state);
}

/** True when the sign bit of either lane is set. */
@inline
function hasSign(bits: v128): bool {
  return i64x2.bitmask(bits) != 0;
}

@inline
function count64(counts: v128): f64 {
  return <f64>(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1));
}

/** One element's bits as those of a float64. */
@inline
function bits64<T>(at: usize): u64 {
  return idof<T>() == idof<Float64>() ? load<u64>(at) : reinterpret<u64>(<f64>f32.load(at));
}

function pairs64<A, B>(a: usize, b: usize, count: i32, state: usize): void {
  for (let i = 0; i < count; i++) {
    const x = bits64<A>(a + i * size<A>());
    const y = bits64<B>(b + i * size<B>());
    const one = reinterpret<f64>(x);
    const other = reinterpret<f64>(y);
    if (isOneType<A, B>()) {
      const sizeA = x & i64.MAX_VALUE;
      const sizeB = y & i64.MAX_VALUE;
      const steps = <i64>(x ^ y) < 0 ? sizeA + sizeB : max(sizeA, sizeB) - min(sizeA, sizeB);
      pair(one, other, x == y, steps, state);
    } else pair(one, other, sameValue(one, other), 0, state);
  }
}

/** A float32 under `value` by more than the error of two float32 operations. */
@inline
function below(value: f64): f32 {
  return <f32>min(value * (1 - 1e-6), 3.4e38);
}

@inline
function count32(counts: v128): f64 {
  return <f64>(
    (i32x4.extract_lane(counts, 0) +
      i32x4.extract_lane(counts, 1) +
      i32x4.extract_lane(counts, 2) +
      i32x4.extract_lane(counts, 3))
  );
}

/** Blocks of `block` elements, one after the other; of each the host gets a row: BLOCK_CHANGED, BLOCK_LARGEST, MAX_REL. */
@inline
function blocks<A, B>(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  for (let at = 0; at < count; at += block) {
    const length = min(block, count - at);
    const one = a + at * size<A>();
    const other = b + at * size<B>();
    if (isOneType<A, B>() && size<A>() == 2) half<A>(one, other, length, state);
    else if (size<A>() == 8 || size<B>() == 8) wide<A, B>(one, other, length, state);
    else narrow<A, B>(one, other, length, state);
    f64.store(rows, f64.load(state + BLOCK_CHANGED));
    f64.store(rows + 8, f64.load(state + BLOCK_LARGEST));
    f64.store(rows + 16, f64.load(state + MAX_REL));
    rows += 24;
  }
}

// Named by the type of both sides, or by the types of old and new.

export function float64(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float64, Float64>(a, b, count, block, state, rows);
}

export function float32(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float32, Float32>(a, b, count, block, state, rows);
}

export function float16(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float16, Float16>(a, b, count, block, state, rows);
}

export function bfloat16(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<BFloat16, BFloat16>(a, b, count, block, state, rows);
}

export function float64_float32(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float64, Float32>(a, b, count, block, state, rows);
}

export function float32_float64(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float32, Float64>(a, b, count, block, state, rows);
}

export function float32_float16(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float32, Float16>(a, b, count, block, state, rows);
}

export function float32_bfloat16(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float32, BFloat16>(a, b, count, block, state, rows);
}

export function float16_float32(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float16, Float32>(a, b, count, block, state, rows);
}

export function float16_bfloat16(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<Float16, BFloat16>(a, b, count, block, state, rows);
}

export function bfloat16_float32(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<BFloat16, Float32>(a, b, count, block, state, rows);
}

export function bfloat16_float16(a: usize, b: usize, count: i32, block: i32, state: usize, rows: usize): void {
  blocks<BFloat16, Float16>(a, b, count, block, state, rows);
}
