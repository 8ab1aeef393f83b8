/**
 * Sentences that say a change of the schema, with what it does to whoever uses the model behind them: one whole text for
 * each, so that it can be translated.
 */
export const WITH_CONSEQUENCE: ReadonlyMap<string, string> = new Map([
  [
    "Features {a} and {b} changed places.",
    "Features {a} and {b} changed places. A caller that sends columns by position gets wrong predictions: send them by name, or in the new order.",
  ],
  [
    "Feature {name} moved from position {from} to {to}.",
    "Feature {name} moved from position {from} to {to}. A caller that sends columns by position gets wrong predictions: send them by name, or in the new order.",
  ],
  [
    "{count} of {total} features are in another order; the first is {name}, which moved from position {from} to {to}.",
    "{count} of {total} features are in another order; the first is {name}, which moved from position {from} to {to}. A caller that sends columns by position gets wrong predictions: send them by name, or in the new order.",
  ],
  [
    "Feature {old} is now {new}, at the same position.",
    "Feature {old} is now {new}, at the same position. A caller that sends columns by position gets wrong predictions: send them by name, or in the new order.",
  ],
  [
    "Feature {names} was removed.",
    "Feature {names} was removed. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Features {names} were removed.",
    "Features {names} were removed. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Feature {names} was added.",
    "Feature {names} was added. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Features {names} were added.",
    "Features {names} were added. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "The model takes {new} features; it took {old}.",
    "The model takes {new} features; it took {old}. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Input {name} is {new}; it was {old}.",
    "Input {name} is {new}; it was {old}. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Input {name} is new: {new}.",
    "Input {name} is new: {new}. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Input {old} is now {new}, with the same type.",
    "Input {old} is now {new}, with the same type. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Input {name} is gone; it was {old}.",
    "Input {name} is gone; it was {old}. Input for the old version does not fit the new one: change the caller together with the model.",
  ],
  [
    "Class '{old}' is now '{new}'.",
    "Class '{old}' is now '{new}'. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "Classes '{a}' and '{b}' changed places.",
    "Classes '{a}' and '{b}' changed places. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "Class '{name}' moved from position {from} to {to}.",
    "Class '{name}' moved from position {from} to {to}. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "{count} of {total} classes are in another order; the first is '{name}', which moved from position {from} to {to}.",
    "{count} of {total} classes are in another order; the first is '{name}', which moved from position {from} to {to}. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "Class {names} was removed.",
    "Class {names} was removed. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "Classes {names} were removed.",
    "Classes {names} were removed. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "Class {names} was added.",
    "Class {names} was added. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
  [
    "Classes {names} were added.",
    "Classes {names} were added. Code that reads labels or the columns of predict_proba has to change with the model.",
  ],
]);
