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

/** Elements that are taken together: summed as if all were finite, and again one by one where they are not. */
const STRETCH = 128;

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
  // Taking the sign off with these is one instruction; f32x4.abs and f64x2.abs are three.
  const unsigned = i32x4.splat(i32.MAX_VALUE);
  const unsignedWide = i64x2.splat(i64.MAX_VALUE);
  let same = zero;
  let flips = zero;
  let toZero = zero;
  let fromZero = zero;
  let ulps = zero;
  let maxAbs = none;
  let maxRel = f64x2.splat(f64.load(state + MAX_REL));
  let sumAbs = none;
  let sumSquares = none;
  let sumOld = none;
  let sumCross = none;
  // Just under the extremes so far, in float32: a cheap filter for stretches that may raise them.
  let nearAbs = f32x4.splat(0);
  let nearRel = f32x4.splat(below(largest(maxRel)));
  let finite = 0;
  let examined = 0;
  while (a < end) {
    let mostA = zero;
    let mostB = zero;
    let old = none;
    if (isOneType<A, B>() && sameBytes(a, b, stretchA)) {
      for (let j = 0; j < STRETCH; j += 4) {
        const bits = lanes<A>(a + j * size<A>());
        mostA = i32x4.max_s(mostA, magnitude<A>(bits));
        const x = widen<A>(bits);
        const low = promoteLow(x);
        const high = promoteHigh(x);
        old = f64x2.add(old, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
      }
      if (v128.any_true(i32x4.gt_s(mostA, farA))) {
        pairs<A, B>(a, b, STRETCH, state);
      } else {
        finite += STRETCH;
        sumOld = f64x2.add(sumOld, old);
      }
      a += stretchA;
      b += stretchB;
      continue;
    }
    let least = i32x4.splat(i32.MAX_VALUE);
    let raised = zero;
    let top = zero;
    let equal = zero;
    let crossings = zero;
    let steps = zero;
    let absolute = none;
    let squares = none;
    let cross = none;
    for (let j = 0; j < STRETCH; j += 4) {
      const rawA = lanes<A>(a + j * size<A>());
      const rawB = lanes<B>(b + j * size<B>());
      mostA = i32x4.max_s(mostA, magnitude<A>(rawA));
      mostB = i32x4.max_s(mostB, magnitude<B>(rawB));
      const x = widen<A>(rawA);
      const y = widen<B>(rawB);
      // Of one type the bits themselves are compared and ordered; of two, the float32 values that both are.
      const bitsA = isOneType<A, B>() ? rawA : x;
      const bitsB = isOneType<A, B>() ? rawB : y;
      // A comparison is all ones where true, which is -1: subtracting counts.
      equal = i32x4.sub(equal, i32x4.eq(bitsA, bitsB));
      const crossed = isOneType<A, B>() ? signs<A>(v128.xor(bitsA, bitsB)) : i32x4.shr_s(v128.xor(bitsA, bitsB), 31);
      crossings = i32x4.sub(crossings, crossed);
      const sizeA = isOneType<A, B>() ? magnitude<A>(bitsA) : v128.and(bitsA, unsigned);
      const sizeB = isOneType<A, B>() ? magnitude<B>(bitsB) : v128.and(bitsB, unsigned);
      least = i32x4.min_s(least, i32x4.min_s(sizeA, sizeB));
      if (isOneType<A, B>()) {
        const toB = i32x4.sub(v128.xor(sizeB, crossed), crossed);
        steps = i32x4.max_u(steps, i32x4.sub(i32x4.max_s(sizeA, toB), i32x4.min_s(sizeA, toB)));
      }
      const near = v128.and(f32x4.sub(y, x), unsigned);
      top = f32x4.pmax(top, near);
      raised = v128.or(raised, f32x4.ge(near, f32x4.mul(nearRel, v128.and(x, unsigned))));
      const xl = promoteLow(x);
      const xh = promoteHigh(x);
      const dl = f64x2.sub(promoteLow(y), xl);
      const dh = f64x2.sub(promoteHigh(y), xh);
      absolute = f64x2.add(absolute, f64x2.add(v128.and(dl, unsignedWide), v128.and(dh, unsignedWide)));
      squares = f64x2.add(squares, f64x2.add(f64x2.mul(dl, dl), f64x2.mul(dh, dh)));
      old = f64x2.add(old, f64x2.add(f64x2.mul(xl, xl), f64x2.mul(xh, xh)));
      cross = f64x2.add(cross, f64x2.add(f64x2.mul(xl, dl), f64x2.mul(xh, dh)));
    }
    if (v128.any_true(v128.or(i32x4.gt_s(mostA, farA), i32x4.gt_s(mostB, farB)))) {
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
    sumAbs = f64x2.add(sumAbs, absolute);
    sumSquares = f64x2.add(sumSquares, squares);
    sumOld = f64x2.add(sumOld, old);
    sumCross = f64x2.add(sumCross, cross);
    if (v128.any_true(v128.or(raised, f32x4.ge(top, nearAbs)))) {
      for (let j = 0; j < STRETCH; j += 4) {
        const x = widen<A>(lanes<A>(a + j * size<A>()));
        const y = widen<B>(lanes<B>(b + j * size<B>()));
        const xl = promoteLow(x);
        const xh = promoteHigh(x);
        const dl = f64x2.abs(f64x2.sub(promoteLow(y), xl));
        const dh = f64x2.abs(f64x2.sub(promoteHigh(y), xh));
        maxAbs = f64x2.pmax(maxAbs, f64x2.pmax(dl, dh));
        // A zero on the old side is counted apart; its quotient (infinite or NaN) is masked out.
        const rl = v128.andnot(f64x2.div(dl, f64x2.abs(xl)), f64x2.eq(xl, none));
        const rh = v128.andnot(f64x2.div(dh, f64x2.abs(xh)), f64x2.eq(xh, none));
        maxRel = f64x2.pmax(maxRel, f64x2.pmax(rl, rh));
      }
      nearAbs = f32x4.splat(below(largest(maxAbs)));
      nearRel = f32x4.splat(below(largest(maxRel)));
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
  raise(state, MAX_REL, largest(maxRel));
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
function upperHalves<T>(bits: v128): v128 {
  return idof<T>() == idof<BFloat16>() ? bits : v128.and(i16x8.shr_s(bits, 3), i16x8.splat(<i16>0x8fff));
}

@inline
function lowerHalves<T>(bits: v128): v128 {
  return idof<T>() == idof<BFloat16>() ? i16x8.splat(0) : i16x8.shl(bits, 13);
}

/** Marks of what `halves` knows of the largest relative error so far. */
class Great {}
class Small {}

/**
 * What float32 values are multiplied by. Where nothing but float64 is made of those of float16, they stay 2^112 times too
 * small, and the sums make up for it.
 */
@inline
function unit<T, R>(): f64 {
  return idof<T>() == idof<Float16>() && idof<R>() == idof<Great>() ? reinterpret<f64>(0x46f0000000000000) : 1;
}

@inline
function rebased<T, R>(floats: v128): v128 {
  if (idof<T>() == idof<BFloat16>() || idof<R>() == idof<Great>()) return floats;
  return f32x4.mul(floats, f32x4.splat(reinterpret<f32>(0x77800000)));
}

/** The first, and the last, four of eight elements as float32. */
@inline
function firstFour<T, R>(lower: v128, upper: v128): v128 {
  return rebased<T, R>(v128.shuffle<u16>(lower, upper, 0, 8, 1, 9, 2, 10, 3, 11));
}

@inline
function lastFour<T, R>(lower: v128, upper: v128): v128 {
  return rebased<T, R>(v128.shuffle<u16>(lower, upper, 4, 12, 5, 13, 6, 14, 7, 15));
}

/** Two products, added. */
@inline
function sumOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), f64x2.mul(c, d));
}

/**
 * An error of at least this is exceeded only by a pair whose new side is the error and one more times the old side, or at
 * least the error less one times across zero. What becomes smaller on its side of zero cannot.
 */
const GREAT_REL: f64 = 1;
/** Up to this error the differences and products by which two quotients are compared are exact in float32. */
const SMALL_REL: f64 = 0.25;
/** The pair that has the largest relative error, where that is small: its old side, scaled into [1, 2), and its difference. */
const RECORD_OLD = 168;
const RECORD_DISTANCE = 176;

/**
 * The steps by which the size of a normal value grows before a relative error of `relative`, at least GREAT_REL, can be
 * reached; below an error of two that is on one side of zero, and across it any pair may. From nowhere do so many steps
 * multiply by more than from a power of two, where they are those between 1 and the factor.
 */
@inline
function stepsTo<T>(relative: f64): i32 {
  const factor = relative < 2 ? relative + 1 : relative - 1;
  const steps = (reinterpret<u64>(factor) - reinterpret<u64>(<f64>1)) >> (52 - significandBits<T>());
  return <i32>min<u64>(steps, i32.MAX_VALUE);
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

function half<T>(a: usize, b: usize, count: i32, state: usize): void {
  if (f64.load(state + MAX_REL) >= GREAT_REL) halves<T, Great>(a, b, count, state);
  else halves<T, Small>(a, b, count, state);
}

/** Both sides of one 16-bit type: the bits are worked on by eight, the values by four and two. */
function halves<T, R>(a: usize, b: usize, count: i32, state: usize): void {
  f64.store(state + BLOCK_CHANGED, 0);
  f64.store(state + BLOCK_LARGEST, 0);
  const end = a + (count - (count % STRETCH)) * 2;
  const zero = i16x8.splat(0);
  const none = f64x2.splat(0);
  const unsigned = i16x8.splat(i16.MAX_VALUE);
  const unsignedSingle = i32x4.splat(i32.MAX_VALUE);
  const unsignedWide = i64x2.splat(i64.MAX_VALUE);
  const far = i16x8.splat((<i16>infinity<T>()) - 1);
  const subnormals = i16x8.splat(((<i16>1) << (<i16>significandBits<T>())) - 1);
  const one = i16x8.splat(1);
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
  let growthBar = stepsTo<T>(maxRel);
  // A pair exceeds the error so far where distance * barOld > old * barDistance.
  let barOld = f32x4.splat(1);
  let barDistance = f32x4.splat(0);
  let finite = 0;
  let examined = 0;
  while (a < end) {
    let most = zero;
    let old = none;
    if (sameBytes(a, b, STRETCH * 2)) {
      for (let j = 0; j < STRETCH; j += 8) {
        const bits = v128.load(a + j * 2);
        most = i16x8.max_s(most, v128.and(bits, unsigned));
        const upper = upperHalves<T>(bits);
        const lower = lowerHalves<T>(bits);
        const x = firstFour<T, R>(lower, upper);
        const z = lastFour<T, R>(lower, upper);
        const x1 = promoteLow(x);
        const x2 = promoteHigh(x);
        const x3 = promoteLow(z);
        const x4 = promoteHigh(z);
        old = f64x2.add(old, f64x2.add(sumOf(x1, x1, x2, x2), sumOf(x3, x3, x4, x4)));
      }
      if (v128.any_true(i16x8.gt_s(most, far))) {
        pairs<T, T>(a, b, STRETCH, state);
      } else {
        finite += STRETCH;
        sumOld = f64x2.add(sumOld, old);
      }
      a += STRETCH * 2;
      b += STRETCH * 2;
      continue;
    }
    if (idof<R>() == idof<Small>()) {
      const recordOld = f64.load(state + RECORD_OLD);
      const recordDistance = f64.load(state + RECORD_DISTANCE);
      const isExact = maxRel == 0 || recordDistance / recordOld == maxRel;
      // From an error of one on the products may leave float32: what is left of the block is looked at pair by pair.
      const isGreat = maxRel >= GREAT_REL;
      barOld = f32x4.splat(isGreat ? f32.POSITIVE_INFINITY : isExact && maxRel > 0 ? <f32>recordOld : 1);
      barDistance = f32x4.splat(isGreat || maxRel == 0 ? 0 : isExact ? <f32>recordDistance : below(maxRel));
    }
    let least = unsigned;
    let leastOld = unsigned;
    let growth = i16x8.splat(i16.MIN_VALUE);
    let raised = zero;
    let equal = zero;
    let crossings = zero;
    let steps = zero;
    let absolute = none;
    let squares = none;
    let cross = none;
    let top = none;
    for (let j = 0; j < STRETCH; j += 8) {
      const bitsA = v128.load(a + j * 2);
      const bitsB = v128.load(b + j * 2);
      const sizeA = v128.and(bitsA, unsigned);
      const sizeB = v128.and(bitsB, unsigned);
      const more = i16x8.max_s(sizeA, sizeB);
      const less = i16x8.min_s(sizeA, sizeB);
      most = i16x8.max_s(most, more);
      least = i16x8.min_s(least, less);
      // A comparison is all ones where true, which is -1: subtracting counts.
      equal = i16x8.sub(equal, i16x8.eq(bitsA, bitsB));
      const crossed = i16x8.shr_s(v128.xor(bitsA, bitsB), 15);
      crossings = i16x8.sub(crossings, crossed);
      // The larger less the smaller on one side of zero, and their sum, up to 2^16, across it.
      steps = i16x8.max_u(steps, i16x8.sub(more, i16x8.sub(v128.xor(less, crossed), crossed)));
      if (idof<R>() == idof<Great>()) {
        growth = i16x8.max_s(growth, i16x8.sub(sizeB, sizeA));
        // Zero less one is the largest unsigned number: what is left is the least that is not zero.
        leastOld = i16x8.min_u(leastOld, i16x8.sub(sizeA, one));
      }
      const upperA = upperHalves<T>(bitsA);
      const lowerA = lowerHalves<T>(bitsA);
      const upperB = upperHalves<T>(bitsB);
      const lowerB = lowerHalves<T>(bitsB);
      const x = firstFour<T, R>(lowerA, upperA);
      const y = firstFour<T, R>(lowerB, upperB);
      const u = lastFour<T, R>(lowerA, upperA);
      const v = lastFour<T, R>(lowerB, upperB);
      if (idof<R>() == idof<Small>()) {
        const first = f32x4.mul(v128.and(f32x4.sub(y, x), unsignedSingle), barOld);
        const last = f32x4.mul(v128.and(f32x4.sub(v, u), unsignedSingle), barOld);
        const isFirst = f32x4.gt(first, f32x4.mul(v128.and(x, unsignedSingle), barDistance));
        const isLast = f32x4.gt(last, f32x4.mul(v128.and(u, unsignedSingle), barDistance));
        raised = v128.or(raised, v128.or(isFirst, isLast));
      }
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
    if (v128.any_true(i16x8.gt_s(most, far))) {
      // What was just summed holds a NaN or an infinity: it is dropped, and the stretch goes one by one.
      pairs<T, T>(a, b, STRETCH, state);
      maxRel = max(maxRel, f64.load(state + MAX_REL));
      a += STRETCH * 2;
      b += STRETCH * 2;
      continue;
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
    let isRaised = v128.any_true(raised);
    if (idof<R>() == idof<Great>()) {
      const hasGrown = highest(growth) >= growthBar || (maxRel < 2 && v128.any_true(crossings));
      // A subnormal value grows by more in a step than a normal one.
      isRaised = (hasGrown || v128.any_true(i16x8.lt_u(leastOld, subnormals))) && mayExceed<T>(a, b, maxRel);
    }
    if (isRaised) {
      const most = largestRelative<T>(a, b);
      if (most > maxRel) {
        maxRel = most;
        if (idof<R>() == idof<Great>()) growthBar = stepsTo<T>(maxRel);
        else keepRecord<T>(a, b, maxRel, state);
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
  const farthest = largest(maxAbs) * unit<T, R>();
  raise(state, MAX_ABS, farthest);
  raise(state, BLOCK_LARGEST, farthest);
  raise(state, MAX_REL, maxRel);
  add(state, SUM_ABS, total(sumAbs) * unit<T, R>());
  add(state, SUM_SQUARES, total(sumSquares) * unit<T, R>() * unit<T, R>());
  add(state, SUM_OLD, total(sumOld) * unit<T, R>() * unit<T, R>());
  add(state, SUM_CROSS, total(sumCross) * unit<T, R>() * unit<T, R>());
  const different = <f64>examined - count32(same);
  bump(state, CHANGED, different);
  bump(state, BLOCK_CHANGED, different);
  bump(state, SIGN_FLIPS, count32(flips));
  bump(state, UNDERFLOW, count32(toZero));
  bump(state, FROM_ZERO, count32(fromZero));
  const furthest = largest16(ulps);
  if (<u64>furthest > load<u64>(state + MAX_ULP)) store<u64>(state + MAX_ULP, furthest);
  pairs<T, T>(a, b, count % STRETCH, state);
}

/** False when no pair of a stretch of finite values can have a larger relative error than `relative`. */
function mayExceed<T>(a: usize, b: usize, relative: f64): bool {
  const unsigned = i32x4.splat(i32.MAX_VALUE);
  const bar = f32x4.splat(below(relative));
  let raised = i32x4.splat(0);
  for (let j = 0; j < STRETCH; j += 4) {
    const x = widen<T>(lanes<T>(a + j * 2));
    const distance = v128.and(f32x4.sub(widen<T>(lanes<T>(b + j * 2)), x), unsigned);
    // Beyond float32 nothing is told by it: the products there may be infinite as well.
    const isBeyond = f32x4.eq(distance, f32x4.splat(f32.POSITIVE_INFINITY));
    const isMore = f32x4.gt(distance, f32x4.mul(bar, v128.and(x, unsigned)));
    raised = v128.or(raised, v128.or(isMore, isBeyond));
  }
  return v128.any_true(raised);
}

/** The largest relative error of a stretch of finite values. */
function largestRelative<T>(a: usize, b: usize): f64 {
  const none = f64x2.splat(0);
  let most = none;
  for (let j = 0; j < STRETCH; j += 4) {
    const x = widen<T>(lanes<T>(a + j * 2));
    const y = widen<T>(lanes<T>(b + j * 2));
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

/** The largest of eight signed numbers. */
function highest(lanes: v128): i32 {
  const four = i32x4.max_s(i32x4.extend_low_i16x8_s(lanes), i32x4.extend_high_i16x8_s(lanes));
  const two = max(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1));
  return max(two, max(i32x4.extract_lane(four, 2), i32x4.extract_lane(four, 3)));
}

/** The largest of eight unsigned numbers. */
function largest16(lanes: v128): u32 {
  const four = i32x4.max_u(i32x4.extend_low_i16x8_u(lanes), i32x4.extend_high_i16x8_u(lanes));
  const two = max<u32>(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1));
  return max<u32>(two, max<u32>(i32x4.extract_lane(four, 2), i32x4.extract_lane(four, 3)));
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
