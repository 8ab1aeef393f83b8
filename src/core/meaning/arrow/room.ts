import type { Work } from "../../work.ts";

/**
 * What is made of buffers while one file is opened: elements that become values of their own, and bytes that are looked at or made.
 * What is over it stays the buffers that it is. A pickle can name one buffer in any number of arrays: the file's size bounds
 * nothing.
 */
const ELEMENTS = 2_000_000;
const BUFFER_BYTES = 256 * 1024 * 1024;

interface Room {
  elements: number;
  bytes: number;
}

const rooms = new WeakMap<Work, Room>();

/** True where there was still room for it, which it then has taken. */
export function takeRoom(work: Work, elements: number, bytes: number): boolean {
  const room = rooms.get(work) ?? { elements: ELEMENTS, bytes: BUFFER_BYTES };
  rooms.set(work, room);
  room.elements -= elements;
  room.bytes -= bytes;
  return room.elements >= 0 && room.bytes >= 0;
}
