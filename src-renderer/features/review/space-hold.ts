/** Tells a tap of the space bar from holding it down. */

/** Milliseconds after which a key counts as held. */
const holdMs = 250;

export interface SpaceHoldCommands {
  readonly tap: () => void;
  readonly hold: () => void;
  /** After `hold`, when the key comes up. */
  readonly release: () => void;
}

export class SpaceHold {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isHeld = false;
  readonly #commands: SpaceHoldCommands;

  constructor(commands: SpaceHoldCommands) {
    this.#commands = commands;
  }

  /** The key went down, or repeats. Returns true: the key has been used. */
  press(): true {
    if (this.#timer !== null || this.#isHeld) return true;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#isHeld = true;
      this.#commands.hold();
    }, holdMs);
    return true;
  }

  /** The key came up, or the window lost it. */
  release(): void {
    if (this.#isHeld) this.#commands.release();
    else if (this.#timer !== null) this.#commands.tap();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isHeld = false;
  }
}
