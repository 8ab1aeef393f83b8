/** What an entry of the shadow stack is. */

/** A number, a text, None, True, False, an empty tuple: made from its opcode when it is asked for. */
export const SINGLE = 0;
/** A GET: what it names is found when it is asked for. */
export const REFERENCE = 1;
export const DICT = 2;
export const LIST = 3;
export const SET = 4;
export const TUPLE = 5;
